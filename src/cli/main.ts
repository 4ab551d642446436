/** `telemetry-api`: see `program.ts`. */
import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');
// Before everything that does I/O: see `main.ts` of the service.
process.env['UV_THREADPOOL_SIZE'] ??= '72';

const { run } = await import('./program.ts');
await run(process.argv.slice(2));
