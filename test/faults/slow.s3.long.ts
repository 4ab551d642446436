import { describe } from 'vitest';
import { SLOW } from './kinds.ts';
import { testFaults } from './matrix.ts';

describe.each(['direct', 'cached'] as const)('%s', (mode) => {
  testFaults({ mode, kinds: SLOW, deadlineSeconds: 2 });
});
