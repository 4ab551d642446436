import { defineConfig } from 'vitest/config';
import { missingS3Prerequisite } from './test/support/s3-prerequisites.ts';
import { missingTrino } from './test/support/trino-program.ts';

/** What needs a real Trino, of 0.8 GB and 20 s to its start: after the usual tests, `npm run test:trino`. */
export default defineConfig(async () => {
  const missing = (await missingS3Prerequisite()) ?? (await missingTrino());
  if (missing !== undefined) {
    if (process.env['CI']) throw new Error(`The tests *.trino.ts cannot run: ${missing}`);
    process.stderr.write(
      `Leaving out *.trino.ts, which need Java 24, Maven, Python, and Go or versitygw: ${missing}\n`,
    );
  }
  return {
    // As in vitest.config.ts.
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: missing === undefined ? ['test/**/*.trino.ts'] : [],
      passWithNoTests: missing !== undefined,
      globalSetup: missing === undefined ? ['test/support/trino-setup.ts'] : [],
      testTimeout: 60_000,
      hookTimeout: 240_000,
      // One server answers them all.
      maxWorkers: 1,
      env: { UV_THREADPOOL_SIZE: '32' },
    },
  };
});
