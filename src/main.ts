import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { RunningServer } from './serve.ts';

if (existsSync('.env')) process.loadEnvFile('.env');
// DuckDB holds a libuv thread for each running statement. The pool is made at its first use, so this stands before
// everything that does I/O: with the default of 4, slow statements would stall the file system as well. 64 statements
// at once are the most that ENGINE_MAX_CONCURRENT allows.
process.env['UV_THREADPOOL_SIZE'] ??= '72';

// `npm run dev`, on every operating system alike.
if (process.argv.includes('--watch-queries')) process.env['WATCH_QUERIES'] ??= 'true';

const { loadConfig } = await import('./config/config.ts');
const { ConfigError } = await import('./errors.ts');
const { createLogger } = await import('./log.ts');
const { serve } = await import('./serve.ts');

let server: RunningServer | undefined;
let stopping = false;
/**
 * `process.exit` waits for every thread, and so for as long as a store leaves a request without an answer. To become a
 * program that ends by itself takes these threads away.
 */
const endAtOnce = () => {
  process.removeAllListeners('warning').on('warning', () => undefined);
  process.execve?.(process.execPath, [process.execPath, '--eval', ''], {});
};
const stop = async (signal: NodeJS.Signals) => {
  // A second Ctrl-C means now; and before the start is over there is nothing to finish.
  if (stopping || server === undefined) process.exit(128 + constants.signals[signal]);
  stopping = true;
  const { hangs } = await server.close(signal);
  if (hangs) endAtOnce();
  process.exit(0);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  const config = loadConfig(process.env);
  server = await serve(config, createLogger(config.logLevel));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
