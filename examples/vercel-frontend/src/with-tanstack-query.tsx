import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { App, type Hooks } from './app.tsx';
import { ChartDocument, FleetDocument } from './documents.ts';
import { hashOf } from './hash-of.ts';
import { show } from './show.tsx';

/** @throws Error with the code and the words of the first error */
async function ask<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Data> {
  const response = await fetch('/api/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: hashOf(document), variables }),
    signal,
  });
  const { data, errors } = await response.json();
  const [first] = errors ?? [];
  if (first !== undefined) throw new Error(`${first.extensions?.code ?? response.status}: ${first.message}`);
  return data;
}

const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });

function useAnswer<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
  const { data, error, refetch } = useQuery({
    queryKey: [hashOf(document), variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
  });
  return { data, error: error ?? undefined, refetch: () => void refetch() };
}

const hooks: Hooks = {
  useFleet: (first) => useAnswer(FleetDocument, { first }),
  useChart: (deviceId, maxPoints) => useAnswer(ChartDocument, { deviceId, maxPoints }),
};

show(
  <QueryClientProvider client={client}>
    <App {...hooks} />
  </QueryClientProvider>,
);
