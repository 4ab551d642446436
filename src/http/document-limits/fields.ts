import { Kind } from 'graphql';
import type { DocumentLimit } from './document-limit.ts';
import { foldDocument, sum } from './fold.ts';

/** Every field, as often as it is written or spread. Validation compares fields of one name with each other. */
export const fields: DocumentLimit = {
  limit: 'documentFields',
  unit: 'fields',
  count: (document) =>
    foldDocument(document, {
      count: ({ kind }, below) => (kind === Kind.FIELD ? 1 : 0) + below,
      join: sum,
      fragments: true,
    }),
};
