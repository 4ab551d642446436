import { FAST } from './kinds.ts';
import { testFaults } from './matrix.ts';

testFaults({ mode: 'direct', kinds: FAST, deadlineSeconds: 5 });
