import { describeReadings } from './readings-suite.ts';

describeReadings('cached');
