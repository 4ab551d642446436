import { effort } from '../support/effort.ts';
import { describeReadings, NAMES, OPENED } from './readings-suite.ts';

describeReadings('cached', effort<typeof NAMES | typeof OPENED>(OPENED, NAMES));
