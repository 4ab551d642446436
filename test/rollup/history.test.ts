import { testHistories } from './histories.ts';

testHistories({ numRuns: 8, timeoutMs: 120_000 });
