import { FAST } from './kinds.ts';
import { testFaults } from './matrix.ts';

testFaults({ mode: 'cached', kinds: FAST, deadlineSeconds: 5 });
