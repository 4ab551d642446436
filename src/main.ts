import { existsSync } from 'node:fs';

// DuckDB holds a libuv thread for each running statement. The pool is made at its first use, so this stands before
// everything that does I/O: with the default of 4, slow statements would stall the file system as well.
process.env['UV_THREADPOOL_SIZE'] ??= '32';
if (existsSync('.env')) process.loadEnvFile('.env');

const { loadConfig } = await import('./config.ts');
const { ConfigError } = await import('./errors.ts');
const { createLogger } = await import('./log.ts');
const { serve } = await import('./serve.ts');

try {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  const server = await serve(config, log);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, async () => {
      // A second Ctrl-C means now.
      if (stopping) process.exit(130);
      stopping = true;
      log.info(`${signal}: finishing what runs, taking nothing new`);
      await server.close();
      process.exit(0);
    });
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
