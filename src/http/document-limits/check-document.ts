import type { DocumentNode } from 'graphql';
import type { DocumentLimits } from '../../config/limit-settings.ts';
import { aliases } from './aliases.ts';
import { depth } from './depth.ts';
import { checkDirectivesTogether, directives } from './directives.ts';
import { checkExcess, type DocumentLimit } from './document-limit.ts';
import { fields } from './fields.ts';
import { fragments } from './fragments.ts';
import { rootFields } from './root-fields.ts';

/** What is counted of every document, in this order. */
export const DOCUMENT_LIMITS: Readonly<Record<keyof Omit<DocumentLimits, 'tokens'>, DocumentLimit>> = {
  fragments,
  depth,
  rootFields,
  aliases,
  directives,
  fields,
};

/** @throws DocumentTooLargeError that tells the first limit that the document exceeds */
export function checkDocument(document: DocumentNode, limits: DocumentLimits): void {
  for (const name of Object.keys(DOCUMENT_LIMITS) as (keyof typeof DOCUMENT_LIMITS)[]) {
    const { limit, unit, count } = DOCUMENT_LIMITS[name];
    checkExcess(limit, unit, count(document), limits[name]);
  }
  checkDirectivesTogether(document);
}
