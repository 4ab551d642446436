import type { Plugin } from 'graphql-yoga';
import type { DocumentLimits } from '../../config/limit-settings.ts';
import { checkDocument } from '../document-limits/check-document.ts';
import { checkText } from '../document-limits/text.ts';

/**
 * Refuses documents that hold too much as a part of parsing them, before validation: that takes longer than most
 * operations where documents are large. So what is known of a text is known of its size too.
 */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        checkText(typeof source === 'string' ? source : source.body, limits.tokens);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
    },
  };
}
