import { defineConfig } from 'vitest/config';

/** What takes minutes: after the usual tests, `npm run test:long`. */
export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.long.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    env: { UV_THREADPOOL_SIZE: '32' },
  },
});
