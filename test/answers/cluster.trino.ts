import { describe } from 'vitest';
import { TABLES, type TableKind, TrinoPlaces } from '../support/trino-places.ts';
import { describeAnswers } from './answers-suite.ts';

describe.each(Object.keys(TABLES) as TableKind[])('%s', (kind) => {
  describeAnswers('direct', () => new TrinoPlaces({ kind }));
});
