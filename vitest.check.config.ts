import { defineConfig } from 'vitest/config';

/** The direction of imports, as a part of `npm run check`: without the servers that other tests need. */
export default defineConfig({ test: { include: ['test/architecture.test.ts'], reporters: ['dot'] } });
