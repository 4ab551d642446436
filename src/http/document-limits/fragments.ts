import { Kind } from 'graphql';
import type { DocumentLimit } from './document-limit.ts';

/** Fragments that are defined, used or not: validation compares each with each. */
export const fragments: DocumentLimit = {
  limit: 'documentFragments',
  unit: 'fragments',
  count: ({ definitions }) => definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length,
};
