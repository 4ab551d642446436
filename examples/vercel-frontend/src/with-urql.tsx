import { persistedExchange } from '@urql/exchange-persisted';
import { Client, cacheExchange, fetchExchange, Provider, useQuery } from 'urql';
import { App, type Hooks } from './app.tsx';
import { ChartDocument, FleetDocument } from './documents.ts';
import { hashOf } from './hash-of.ts';
import { show } from './show.tsx';

const client = new Client({
  url: '/api/graphql',
  preferGetMethod: false,
  exchanges: [
    cacheExchange,
    persistedExchange({
      enforcePersistedQueries: true,
      generateHash: async (_, document) => hashOf(document),
    }),
    fetchExchange,
  ],
});

const hooks: Hooks = {
  useFleet: (first) => {
    const [{ data, error }, ask] = useQuery({ query: FleetDocument, variables: { first } });
    return { data, error, refetch: () => ask({ requestPolicy: 'network-only' }) };
  },
  useChart: (deviceId, maxPoints) => {
    const [{ data, error }, ask] = useQuery({ query: ChartDocument, variables: { deviceId, maxPoints } });
    return { data, error, refetch: () => ask({ requestPolicy: 'network-only' }) };
  },
};

show(
  <Provider value={client}>
    <App {...hooks} />
  </Provider>,
);
