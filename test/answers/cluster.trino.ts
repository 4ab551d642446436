import { TrinoPlaces } from '../support/trino-places.ts';
import { describeAnswers } from './answers-suite.ts';

describeAnswers('direct', () => new TrinoPlaces());
