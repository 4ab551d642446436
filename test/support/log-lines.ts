import { Writable } from 'node:stream';
import { createLogger, type Logger } from '../../src/log.ts';

export interface LogLines {
  readonly log: Logger;
  /** Everything that was logged so far, as it was written. */
  text(): string;
  /** The lines with this message. */
  of(message: string): Record<string, unknown>[];
}

/** The service's own logger, to memory. */
export function logLines(level = 'info'): LogLines {
  let text = '';
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      text += chunk;
      done();
    },
  });
  return {
    log: createLogger(level, destination),
    text: () => text,
    of: (message) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Record<string, unknown> => JSON.parse(line))
        .filter(({ msg }) => msg === message),
  };
}
