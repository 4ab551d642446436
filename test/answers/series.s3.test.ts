import { describeSeries } from './series-suite.ts';

describeSeries('direct', ['overlapping', 'dst']);
describeSeries('cached', ['missingValues']);
