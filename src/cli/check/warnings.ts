import { Writable } from 'node:stream';
import { z } from 'zod';
import { createLogger, type Logger } from '../../log.ts';

const line = z.object({ msg: z.string(), reason: z.string().optional() });
export type Warning = z.infer<typeof line>;

/** A log that keeps its warnings for whoever reports them. */
export function warningsOf(): { readonly log: Logger; readonly warnings: readonly Warning[] } {
  const warnings: Warning[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      warnings.push(line.parse(JSON.parse(chunk.toString())));
      done();
    },
  });
  return { log: createLogger('warn', destination), warnings };
}
