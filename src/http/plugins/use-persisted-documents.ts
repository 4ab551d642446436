import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { PersistedDocumentNotFoundError, PersistedDocumentRequiredError } from '../../errors.ts';
import { documentIdOf, documentParams, type PersistedDocuments } from '../persisted-documents.ts';
import { urlOf } from '../request-url.ts';

const LONGEST_SHOWN_ID = 100;

/**
 * Documents that clients name by an id instead of sending their text.
 * @param only texts are refused
 */
export function usePersistedDocuments(documents: PersistedDocuments, only: boolean): Plugin {
  const plugin = usePersistedOperations({
    allowArbitraryOperations: !only,
    extractPersistedOperationId: (params, request) => idOf(params, request) ?? null,
    getPersistedOperation: (id) => documents.find(id) ?? null,
    customErrors: {
      notFound: ({ params, request }) =>
        new PersistedDocumentNotFoundError(
          `expected the id of a document in the manifest, but got: ${idOf(params, request)?.slice(0, LONGEST_SHOWN_ID)}`,
        ),
      persistedQueryOnly: () => required('the text of a document'),
      keyNotFound: () => required('none'),
    },
  });
  if (only) return plugin;
  // What names no document stays a matter of the server itself: a text, or a mistake that it has its own words for.
  const onParams: Plugin['onParams'] = (payload) =>
    idOf(payload.params, payload.request) === undefined ? undefined : plugin.onParams?.(payload);
  return { ...plugin, onParams };
}

function idOf(params: GraphQLParams, request: Request): string | undefined {
  return (
    documentIdOf(params) ??
    (request.method === 'GET' ? documentIdOf(documentParams(urlOf(request).searchParams)) : undefined)
  );
}

function required(came: string): Error {
  return new PersistedDocumentRequiredError(
    `expected the id of a persisted document as documentId, since PERSISTED_ONLY is set, but got: ${came}`,
  );
}
