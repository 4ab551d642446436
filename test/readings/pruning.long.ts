import { describePruning } from './pruning-suite.ts';

describePruning(['local']);
