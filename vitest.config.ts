import { configDefaults, defineConfig } from 'vitest/config';
import { missingS3Prerequisite } from './test/support/s3-prerequisites.ts';

export default defineConfig(async () => {
  const missing = await missingS3Prerequisite();
  if (missing !== undefined) {
    // Whoever only has Node still gets a green run and knows what was left out; CI must never leave anything out.
    if (process.env['CI']) throw new Error(`The S3 tests cannot run: ${missing}`);
    process.stderr.write(`Leaving out *.s3.test.ts, which need Go or versitygw, and Python: ${missing}\n`);
  }
  return {
    // As Node resolves it; Vite would load a second copy beside the libraries' own, and no `instanceof` would hold.
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: ['test/**/*.test.ts'],
      globalSetup: ['test/support/dashboard-setup.ts'],
      exclude:
        missing === undefined ? configDefaults.exclude : [...configDefaults.exclude, '**/*.s3.test.ts'],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      // Two cores, and each file starts an engine or a store of its own.
      maxWorkers: 2,
      env: { UV_THREADPOOL_SIZE: '32' },
    },
  };
});
