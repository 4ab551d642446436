import { Kind } from 'graphql';
import type { DocumentLimit } from './document-limit.ts';
import { foldDocument, sum } from './fold.ts';

/** Fields of the operation itself, whatever is below them. */
export const rootFields: DocumentLimit = {
  limit: 'documentRootFields',
  unit: 'root fields',
  count: (document) =>
    foldDocument(document, {
      count: ({ kind }, below) => (kind === Kind.FIELD ? 1 : below),
      join: sum,
      fragments: false,
    }),
};
