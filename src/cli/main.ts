/** `telemetry-api`: see `program.ts`. */
import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');
// Before everything that does I/O: see `main.ts` of the service.
process.env['UV_THREADPOOL_SIZE'] ??= '72';

// Whoever reads has enough, as with `| head`: what is left to say stays unsaid, and the command tidies up and ends as it would.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { run } = await import('./program.ts');
await run(process.argv.slice(2));
