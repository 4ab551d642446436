import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import type { Logger } from '../../src/log.ts';

export interface RecordedLog {
  readonly log: Logger;
  /** Lines of JSON, as they come. */
  readonly lines: readonly string[];
  /** Resolves when a line has come since the last call that has these words; gives its fields. */
  says(words: string): Promise<Record<string, unknown>>;
}

export function recordLog(level = 'info'): RecordedLog {
  const stream = new PassThrough();
  const input = createInterface(stream);
  const lines: string[] = [];
  let from = 0;
  input.on('line', (line) => lines.push(line));
  return {
    log: pino({ level }, stream),
    lines,
    says: async (words) => {
      for (;;) {
        const found = lines.slice(from).find((line) => line.includes(words));
        if (found !== undefined) {
          from = lines.length;
          return JSON.parse(found);
        }
        await once(input, 'line');
      }
    },
  };
}
