import { expect, test } from 'vitest';
import { PersistedDocuments } from '../../src/http/persisted-documents.ts';
import { Questions } from '../../src/http/question.ts';

const questions = new Questions(undefined);
const URL_BASE = 'http://localhost';

const get = (path: string, headers: Record<string, string> = {}, isGraphQL = false) =>
  questions.of(new Request(URL_BASE + path, { headers }), isGraphQL);

const post = (body: string, headers: Record<string, string> = {}, asked = questions) =>
  asked.of(
    new Request(`${URL_BASE}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': `${body.length}`, ...headers },
      body,
    }),
    true,
  );

const digestOf = async (question: ReturnType<typeof post>) => (await question)?.digest;

test('whatever an answer depends on makes another question, and nothing else does', async () => {
  const different = await Promise.all(
    [
      get('/overview'),
      get('/devices'),
      get('/devices?first=1'),
      get('/overview', { accept: 'text/csv' }),
      get('/overview', { 'accept-encoding': 'br' }),
      get('/overview', { 'accept-encoding': 'gzip' }),
      get('/graphql?query={a}', {}, true),
      post('{"query":"{a}"}'),
      post('{"query":"{a}","variables":{"b":1}}'),
      post('{"query":"{a}"}', { accept: 'application/json' }),
      post('{"query":"{a}"}', { 'content-type': 'application/json; charset=utf-8' }),
    ].map(digestOf),
  );
  expect(new Set(different).size).toBe(different.length);
  expect(different).not.toContain(undefined);
  expect(await digestOf(get('/overview', { 'user-agent': 'other', 'accept-encoding': 'br;q=0' }))).toBe(
    different[0],
  );
  expect(await digestOf(post('{"query":"{a}"}'))).toBe(different[7]);
});

test('the wish for an explanation makes no other question', async () => {
  const [plain, explained] = [await get('/overview'), await get('/overview', { 'x-explain': '1' })];
  expect([plain?.isToExplain, explained?.isToExplain]).toEqual([false, true]);
  expect(explained?.digest).toBe(plain?.digest);
  const body = { query: '{a}', variables: { b: 1 } };
  const [bare, wished] = await Promise.all(
    [body, { ...body, extensions: { explain: true } }].map((asked) => post(JSON.stringify(asked))),
  );
  expect([bare?.isToExplain, wished?.isToExplain]).toEqual([false, true]);
  expect(wished?.digest).toBe(bare?.digest);
  // Of GraphQL the header is none.
  expect((await get('/graphql?query={a}', { 'x-explain': '1' }, true))?.isToExplain).toBe(false);
});

test('the document that an id stands for is a part of it, under each manifest its own', async () => {
  const of = (text: string) => new Questions(new PersistedDocuments({ one: text }));
  const body = '{"documentId":"one"}';
  const [first, again, other] = await Promise.all(
    [of('{ limits { name } }'), of('{ limits { name } }'), of('{ overview { totalRows } }')].map((asked) =>
      post(body, {}, asked),
    ),
  );
  expect(first?.document).toContain('limits');
  expect(again?.digest).toBe(first?.digest);
  expect(other?.digest).not.toBe(first?.digest);
});

test.each([
  ['events', get('/graphql?query={a}', { accept: 'text/event-stream' }, true)],
  ['a page', get('/graphql', { accept: 'text/html' }, true)],
  ['a body of unknown length', post('{}', { 'content-length': 'chunked' })],
  ['a large body', post('{}', { 'content-length': '65537' })],
  ['another type', post('{}', { 'content-type': 'text/plain' })],
])('%s: not to be remembered', async (_, question) => {
  expect(await question).toBeUndefined();
});
