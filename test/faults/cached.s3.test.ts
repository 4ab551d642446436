import { effort } from '../support/effort.ts';
import { FAST, USUAL } from './kinds.ts';
import { testFaults } from './matrix.ts';

testFaults({ mode: 'cached', kinds: effort(USUAL, FAST), deadlineSeconds: 5 });
