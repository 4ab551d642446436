import { effort } from '../support/effort.ts';
import { describeReadings, NAMES, OPENED } from './readings-suite.ts';

describeReadings('direct', effort<typeof NAMES | typeof OPENED>(OPENED, NAMES));
