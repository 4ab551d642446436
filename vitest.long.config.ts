import { configDefaults, defineConfig } from 'vitest/config';
import { missingChromium } from './test/support/chromium.ts';
import { filesWithEffort } from './test/support/effort.ts';
import { missingS3Prerequisite } from './test/support/s3-prerequisites.ts';
import { missingSchemathesis } from './test/support/schemathesis.ts';

/** What takes minutes, after the usual tests: `npm run test:long`. Those of them that try less in `npm test` run again, whole. */
export default defineConfig(async () => {
  const parts = [
    { files: '**/rest-fuzz.long.ts', needs: 'Python with pip', missing: await missingSchemathesis() },
    {
      files: '**/*.s3.{long,test}.ts',
      needs: 'Go or versitygw, and Python',
      missing: await missingS3Prerequisite(),
    },
    { files: '**/*.browser.test.ts', needs: 'Chromium', missing: await missingChromium() },
  ].filter(({ missing }) => missing !== undefined);
  for (const { files, needs, missing } of parts) {
    if (process.env['CI']) throw new Error(`The tests ${files} cannot run: ${missing}`);
    process.stderr.write(`Leaving out ${files}, which need ${needs}: ${missing}\n`);
  }
  return {
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: ['test/**/*.long.ts', ...(await filesWithEffort())],
      globalSetup: ['test/support/dashboard-setup.ts'],
      exclude: [...configDefaults.exclude, ...parts.map(({ files }) => files)],
      testTimeout: 600_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 10_000 } },
      maxWorkers: 1,
      env: { UV_THREADPOOL_SIZE: '32', TEST_EFFORT: 'long' },
    },
  };
});
