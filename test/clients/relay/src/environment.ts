import {
  Environment,
  Network,
  RecordSource,
  type RequestParameters,
  Store,
  type Variables,
} from 'relay-runtime';

/** One environment of Relay over a server. Documents without text are named by the id of the compiler's manifest. */
export function createEnvironment(url: string): Environment {
  const send = async ({ id, text }: RequestParameters, variables: Variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(text == null ? { doc_id: id, variables } : { query: text, variables }),
    });
    return await response.json();
  };
  return new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });
}
