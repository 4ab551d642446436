import { describeAnswers } from './answers-suite.ts';

describeAnswers('cached');
