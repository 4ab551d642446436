import { describePruning } from './pruning-suite.ts';

describePruning(['direct', 'cached']);
