import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { missingChromium } from './test/support/chromium.ts';
import { missingS3Prerequisite } from './test/support/s3-prerequisites.ts';

export default defineConfig(async () => {
  const parts = [
    {
      files: '**/*.s3.test.ts',
      needs: 'Go or versitygw, and Python',
      missing: await missingS3Prerequisite(),
    },
    { files: '**/*.browser.test.ts', needs: 'Chromium', missing: await missingChromium() },
  ].filter(({ missing }) => missing !== undefined);
  for (const { files, needs, missing } of parts) {
    // Whoever only has Node still gets a green run and knows what was left out; CI must never leave anything out.
    if (process.env['CI']) throw new Error(`The tests ${files} cannot run: ${missing}`);
    process.stderr.write(`Leaving out ${files}, which need ${needs}: ${missing}\n`);
  }
  return {
    // As Node resolves it; Vite would load a second copy beside the libraries' own, and no `instanceof` would hold.
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: ['test/**/*.test.ts'],
      globalSetup: ['test/support/dashboard-setup.ts'],
      exclude: [...configDefaults.exclude, ...parts.map(({ files }) => files)],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      // What is polled for comes by itself, on a busy machine not within the second that is usual.
      expect: { poll: { timeout: 10_000 } },
      // Two cores, and each file starts an engine or a store of its own.
      maxWorkers: 2,
      // Every process that a test starts compiles the same modules.
      env: { UV_THREADPOOL_SIZE: '32', NODE_COMPILE_CACHE: path.resolve('.cache/compiled') },
    },
  };
});
