import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores, and each file starts an engine or a store of its own.
    maxWorkers: 2,
    env: { UV_THREADPOOL_SIZE: '32' },
  },
});
