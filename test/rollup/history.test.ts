import { effort } from '../support/effort.ts';
import { testHistories } from './histories.ts';

testHistories({ numRuns: effort(3, 50), timeoutMs: effort(60_000, 600_000) });
