import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

/**
 * The checks that graphql-cop makes (github.com/dolevf/graphql-cop, MIT), with its documents and its own idea of what
 * shows a weakness. All of them pass as the service starts; those about looking around, in production.
 */
let app: TestApp;
let production: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
  production = await appOver('plain', {}, { NODE_ENV: 'production' });
});
afterAll(async () => {
  await app.close();
  await production.close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly unknown[];
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return { status: response.status, text, ...JSON.parse(text) };
  } catch {
    return { status: response.status, text };
  }
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return answer(
    await app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );
}

/** What the one error says of itself, of an answer that has nothing else. */
async function refusal(answered: Promise<Answer>): Promise<unknown> {
  const { data, errors, text } = await answered;
  expect(data, text).toBeUndefined();
  expect(errors, text).toHaveLength(1);
  return Reflect.get(Object(errors?.[0]), 'extensions');
}

test('alias overloading: 101 aliases', async () => {
  const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}:__typename \n`).join('');
  expect(await refusal(post({ query: `query cop { ${aliases} }` }))).toMatchObject({
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'documentRootFields',
  });
});

test('array batching: ten operations in a request', async () => {
  const { text, status } = await post(Array(10).fill({ query: 'query cop { __typename }' }));
  expect(status).toBe(400);
  expect(text).not.toContain('"data"');
});

test('directive overloading: ten at one place', async () => {
  const document = 'query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }';
  expect(await refusal(post({ query: document }))).toMatchObject({
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'directivesTogether',
  });
});

test('field duplication: one field 500 times', async () => {
  const document = `query cop { ${'__typename \n'.repeat(500)} }`;
  expect(await refusal(post({ query: document }))).toMatchObject({
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'documentRootFields',
  });
});

test('circular introspection', async () => {
  const document =
    'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }';
  expect(await refusal(post({ query: document }))).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
});

test('GET mutation: refused for its method', async () => {
  const query = encodeURIComponent('mutation cop {__typename}');
  const { data, status } = await answer(await app.get(`/graphql?query=${query}`));
  expect(data).toBeUndefined();
  expect(status).toBe(405);
});

test('GET query: there are no cookies and only reads, so nobody is made to do anything', async () => {
  const response = await app.get(`/graphql?query=${encodeURIComponent('query cop {__typename}')}`, {
    headers: { origin: 'https://evil.example' },
  });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect(response.headers.get('set-cookie')).toBeNull();
});

test.each([
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/graphql',
])('POST of the type %s, which any page can send: refused', async (type) => {
  const body =
    type === 'application/x-www-form-urlencoded'
      ? 'query=query%20cop%20%7B__typename%7D'
      : '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{__typename}\r\n--x--\r\n';
  const { data, status } = await answer(
    await app.get('/graphql', { method: 'POST', headers: { 'content-type': type }, body }),
  );
  expect(data).toBeUndefined();
  expect(status).toBe(415);
});

test('trace mode: no tracing in extensions', async () => {
  for (const headers of [{}, { 'apollo-federation-include-trace': 'ftv1' }, { 'x-apollo-tracing': '1' }]) {
    const { text } = await post({ query: 'query cop { __typename }' }, headers as Record<string, string>);
    expect(text).toBe('{"data":{"__typename":"Query"}}');
  }
});

test('unhandled errors: none shows a stack, a path or the server', async () => {
  for (const body of [
    { query: 'qwerty cop { abc }' },
    { query: 'query cop { __typename', variables: 'x' },
    { query: '{ device(deviceId: 1.5) { id } }' },
    { query: 7 },
    { query: '{ node(id: "%") { id } }' },
    'text',
    null,
  ]) {
    const { text, errors } = await post(body);
    expect(errors, text).not.toBeUndefined();
    expect(text).not.toMatch(/"(exception|stacktrace|stack)"|\bat .+:\d+:\d+|node_modules|\/src\/|\.ts\b/i);
  }
});

const ask = async (query: string) => {
  const { errors, data } = await production.post(query);
  return JSON.stringify({ errors, data });
};

test('field suggestions: none in production', async () => {
  expect(await ask('query cop { __schema { directive } }')).not.toMatch(/did you mean/i);
  expect(await ask('query cop { overvie { totalRows } }')).not.toMatch(/did you mean/i);
});

test('introspection: none in production', async () => {
  expect(await ask('query cop { __schema { types { name fields { name } } } }')).not.toContain('"types"');
});

test.each([
  '/graphql',
  '/graphiql',
  '/playground',
  '/console',
  '/graphql/console',
  '/altair',
  '/v1/graphql/explorer',
])('GraphiQL: not at %s in production', async (path) => {
  const response = await production.get(path, { headers: { accept: 'text/html' } });
  expect(response.status).not.toBe(200);
  expect(response.headers.get('content-type')).not.toContain('text/html');
});
