import { constants } from 'node:os';
import { loadConfig } from './config/config.ts';
import { ConfigError } from './errors.ts';
import { createLogger } from './log.ts';
import { type RunningServer, serve } from './serve.ts';

/**
 * The service as a process: it answers until a signal ends it with 0. Settings that cannot be used end it with 1 and a list of
 * them on stderr.
 * @param settings the environment, which has what `.env` says in it already
 */
export async function run(settings: Readonly<Record<string, string | undefined>>): Promise<void> {
  let server: RunningServer | undefined;
  let stopping = false;
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
    const config = loadConfig(settings);
    server = await serve(config, createLogger(config.logLevel));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * `process.exit` waits for every thread, and so for as long as a store leaves a request without an answer. To become a
 * program that ends by itself takes these threads away.
 */
function endAtOnce(): void {
  process.removeAllListeners('warning').on('warning', () => undefined);
  process.execve?.(process.execPath, [process.execPath, '--eval', ''], {});
}
