import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');
// DuckDB holds a libuv thread for each running statement. The pool is made at its first use, so this stands before
// everything that does I/O: with the default of 4, slow statements would stall the file system as well. 64 statements
// at once are the most that ENGINE_MAX_CONCURRENT allows.
process.env['UV_THREADPOOL_SIZE'] ??= '72';

// `npm run dev`, on every operating system alike.
if (process.argv.includes('--watch-queries')) process.env['WATCH_QUERIES'] ??= 'true';

const { run } = await import('./run.ts');
await run(process.env);
