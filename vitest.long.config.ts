import { configDefaults, defineConfig } from 'vitest/config';
import { missingS3Prerequisite } from './test/support/s3-prerequisites.ts';
import { missingSchemathesis } from './test/support/schemathesis.ts';

/** What takes minutes: after the usual tests, `npm run test:long`. */
export default defineConfig(async () => {
  const missing = await missingSchemathesis();
  if (missing !== undefined) {
    if (process.env['CI']) throw new Error(`The fuzzing of REST cannot run: ${missing}`);
    process.stderr.write(`Leaving out rest-fuzz.long.ts, which needs Python with pip: ${missing}\n`);
  }
  const missingS3 = await missingS3Prerequisite();
  if (missingS3 !== undefined) {
    if (process.env['CI']) throw new Error(`The S3 tests cannot run: ${missingS3}`);
    process.stderr.write(`Leaving out *.s3.long.ts, which need Go or versitygw, and Python: ${missingS3}\n`);
  }
  const exclude = [
    ...configDefaults.exclude,
    ...(missing === undefined ? [] : ['**/rest-fuzz.long.ts']),
    ...(missingS3 === undefined ? [] : ['**/*.s3.long.ts']),
  ];
  return {
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: ['test/**/*.long.ts'],
      exclude,
      testTimeout: 600_000,
      hookTimeout: 60_000,
      maxWorkers: 1,
      env: { UV_THREADPOOL_SIZE: '32' },
    },
  };
});
