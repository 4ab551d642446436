import { configDefaults, defineConfig } from 'vitest/config';
import { missingSchemathesis } from './test/support/schemathesis.ts';

/** What takes minutes: after the usual tests, `npm run test:long`. */
export default defineConfig(async () => {
  const missing = await missingSchemathesis();
  if (missing !== undefined) {
    if (process.env['CI']) throw new Error(`The fuzzing of REST cannot run: ${missing}`);
    process.stderr.write(`Leaving out rest-fuzz.long.ts, which needs Python with pip: ${missing}\n`);
  }
  return {
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: ['test/**/*.long.ts'],
      exclude: [...configDefaults.exclude, ...(missing === undefined ? [] : ['**/rest-fuzz.long.ts'])],
      testTimeout: 600_000,
      hookTimeout: 60_000,
      maxWorkers: 1,
      env: { UV_THREADPOOL_SIZE: '32' },
    },
  };
});
