import { Kind } from 'graphql';
import type { DocumentLimit } from './document-limit.ts';
import { foldDocument, sum } from './fold.ts';

/** Fields under another name: each may be the same costly one with other arguments. */
export const aliases: DocumentLimit = {
  limit: 'documentAliases',
  unit: 'aliases',
  count: (document) =>
    foldDocument(document, {
      count: (selection, below) =>
        (selection.kind === Kind.FIELD && selection.alias !== undefined ? 1 : 0) + below,
      join: sum,
      fragments: true,
    }),
};
