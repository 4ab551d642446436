import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { ApolloProvider, useQuery } from '@apollo/client/react';
import { App, type Hooks } from './app.tsx';
import { ChartDocument, FleetDocument } from './documents.ts';
import { hashOf } from './hash-of.ts';
import { show } from './show.tsx';

const client = new ApolloClient({
  // A Device is the same wherever it is found; each Series is its own.
  cache: new InMemoryCache({ typePolicies: { Series: { keyFields: false } } }),
  link: new PersistedQueryLink({
    generateHash: hashOf,
    // What the function does not know it never learns: no second attempt with the text.
    retry: () => false,
  }).concat(new HttpLink({ uri: '/api/graphql' })),
});

const hooks: Hooks = {
  useFleet: (first) => {
    const { data, error } = useQuery(FleetDocument, { variables: { first } });
    return { data, error };
  },
  useChart: (deviceId, maxPoints) => {
    const { data, error } = useQuery(ChartDocument, { variables: { deviceId, maxPoints } });
    return { data, error };
  },
};

show(
  <ApolloProvider client={client}>
    <App {...hooks} />
  </ApolloProvider>,
);
