import { type DocumentNode, visit } from 'graphql';
import { LIMITS } from '../../../schema/limit-values.ts';
import { checkExcess, type DocumentLimit } from './document-limit.ts';
import { foldDocument, sum } from './fold.ts';

/** Directives of selections. */
export const directives: DocumentLimit = {
  limit: 'documentDirectives',
  unit: 'directives',
  count: (document) =>
    foldDocument(document, {
      count: ({ directives: own = [] }, below) => own.length + below,
      join: sum,
      fragments: true,
    }),
};

/** At any one place, those of operations, variables and fragments included. @throws DocumentTooLargeError */
export function checkDirectivesTogether(document: DocumentNode): void {
  const { value, unit } = LIMITS.directivesTogether;
  visit(document, {
    enter: (node) => {
      if ('directives' in node) checkExcess('directivesTogether', unit, node.directives?.length ?? 0, value);
    },
  });
}
