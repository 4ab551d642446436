import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { ApolloProvider, useQuery } from '@apollo/client/react';
import { App, type Hooks } from './app.tsx';
import { ChartDocument, FleetDocument } from './documents.ts';
import { hashOf } from './hash-of.ts';
import { show } from './show.tsx';

const client = new ApolloClient({
  // A Device is the same wherever it is found, by its `id`, which every document asks for. A Series has none, and is its device's own.
  cache: new InMemoryCache({ typePolicies: { Series: { keyFields: false } } }),
  link: new PersistedQueryLink({
    generateHash: hashOf,
    // What the function does not know it never learns: no second attempt with the text.
    retry: () => false,
  }).concat(new HttpLink({ uri: '/api/graphql' })),
});

const hooks: Hooks = {
  useFleet: (first) => {
    const { data, error, refetch } = useQuery(FleetDocument, { variables: { first } });
    return { data, error, refetch: () => void refetch() };
  },
  useChart: (deviceId, maxPoints) => {
    const { data, error, refetch } = useQuery(ChartDocument, { variables: { deviceId, maxPoints } });
    return { data, error, refetch: () => void refetch() };
  },
};

show(
  <ApolloProvider client={client}>
    <App {...hooks} />
  </ApolloProvider>,
);
