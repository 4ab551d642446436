import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines to a pipe or file, readable lines to a terminal. */
export function createLogger(level: string, destination: NodeJS.WriteStream = process.stdout): Logger {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  return destination.isTTY
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } })
    : pino(options, destination);
}
