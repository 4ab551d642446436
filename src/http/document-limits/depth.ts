import { Kind } from 'graphql';
import type { DocumentLimit } from './document-limit.ts';
import { foldDocument } from './fold.ts';

/** Fields below each other. */
export const depth: DocumentLimit = {
  limit: 'documentDepth',
  unit: 'fields below each other',
  count: (document) =>
    foldDocument(document, {
      count: ({ kind }, below) => (kind === Kind.FIELD ? 1 : 0) + below,
      join: Math.max,
      fragments: true,
    }),
};
