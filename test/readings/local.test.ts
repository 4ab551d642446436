import { describeReadings, NAMES } from './readings-suite.ts';

describeReadings('local', NAMES);
