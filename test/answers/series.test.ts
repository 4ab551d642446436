import { type DatasetName, datasets } from '../support/datasets.ts';
import { describeSeries } from './series-suite.ts';

describeSeries('local', Object.keys(datasets) as DatasetName[]);
