import { testHistories } from './histories.ts';

testHistories({ numRuns: 50, timeoutMs: 600_000 });
