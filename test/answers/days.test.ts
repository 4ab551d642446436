import { type DatasetName, datasets } from '../support/datasets.ts';
import { effort } from '../support/effort.ts';
import { Places } from '../support/places.ts';
import { describeAnswers } from './answers-suite.ts';
import { describeSeries } from './series-suite.ts';

/** The same questions and answers as with rollups of hours. */
const OF_DAYS = { ROLLUP_GRAIN: '1d' };

describeAnswers('local', () => new Places(), OF_DAYS);
const names = effort<readonly DatasetName[]>(
  ['plain', 'overlapping', 'missingValues', 'dst'],
  Object.keys(datasets) as DatasetName[],
);
describeSeries('local', names, () => new Places(), OF_DAYS);
