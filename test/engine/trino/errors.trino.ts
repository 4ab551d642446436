import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, inject, onTestFinished, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { startTrinoEngine } from './start-trino-engine.ts';

test.each([
  ['no SQL', 'SELECT FROM WHERE', 'STATEMENT_FAILED'],
  ['a table that is not there', 'SELECT * FROM lake.default.nothing', 'STATEMENT_FAILED'],
  ['a column that is not there', 'SELECT nothing', 'STATEMENT_FAILED'],
  ['a division by zero', 'SELECT 1 / (random(1) * 0) AS n', 'STATEMENT_FAILED'],
  ['a cast that fails', "SELECT CAST('x' || CAST(random(1) AS varchar) AS integer)", 'STATEMENT_FAILED'],
  [
    'more memory than there is',
    `SELECT cardinality(array_agg(i * 100000000 + j * 10000 + k)) AS n
      FROM UNNEST(sequence(1, 10000)) AS a(i), UNNEST(sequence(1, 10000)) AS b(j), UNNEST(sequence(1, 10)) AS c(k)`,
    'OUT_OF_MEMORY',
  ],
])('%s has its code, and tells neither SQL nor paths', async (_, sql, code) => {
  const error = await startTrinoEngine()
    .run({ name: 'failing', sql })
    .catch((reason) => reason);
  expect(error).toMatchObject({ code, cause: { name: 'TrinoQueryError' } });
  expect(error.message).not.toMatch(/nothing|SELECT|line \d|lake/);
});

test('a cluster that does not know the user refuses, at once', async () => {
  const begun = performance.now();
  for (const settings of [{ user: '' }, { credentials: { password: 'not without TLS' } }]) {
    const engine = startTrinoEngine(settings);
    await expect(
      engine.run({ name: 'one', sql: 'SELECT 1' }),
      JSON.stringify(settings),
    ).rejects.toMatchObject({
      code: 'ENGINE_ACCESS_DENIED',
      status: 503,
    });
  }
  expect(performance.now() - begun).toBeLessThan(3_000);
});

test.each([
  ['a page', 200, '<h1>Welcome</h1>'],
  ['other JSON', 200, '{"hello":"world"}'],
  ['nothing', 200, ''],
  ['no such path', 404, 'Not found'],
  ['an error', 500, 'oops'],
  ['a way elsewhere', 302, ''],
])('a server that is no Trino, and answers with %s', async (_, status, body) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const engine = startTrinoEngine({ url: `http://127.0.0.1:${port}` });
  await expect(engine.run({ name: 'one', sql: 'SELECT 1' })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    status: 503,
  });
  expect(new Set(asked)).toEqual(new Set(['/v1/statement']));
});

test('a server that is not there is asked again and again, and then told', async () => {
  const engine = startTrinoEngine({ url: `http://127.0.0.1:${await freePort()}` });
  const begun = performance.now();
  await expect(engine.run({ name: 'one', sql: 'SELECT 1' })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
  expect(performance.now() - begun).toBeGreaterThan(6_000);
  await expect(engine.run({ name: 'one', sql: 'SELECT 1' }, { timeoutMs: 500 })).rejects.toMatchObject({
    code: 'STATEMENT_TIMEOUT',
  });
});

test('statements are found by their tags in the list of the cluster', async () => {
  const tags = ['request-1', 'ünïcode, and a comma'];
  const engine = startTrinoEngine({ tags: () => tags });
  await engine.run({ name: 'tagged', sql: "SELECT 'tagged'" });
  const list: readonly { queryId: string; query: string }[] = await (
    await fetch(`${inject('trinoUrl')}/v1/query`, { headers: { 'x-trino-user': 'tests' } })
  ).json();
  const id = list.find(({ query }) => query === "SELECT 'tagged'")?.queryId;
  const { session } = await (
    await fetch(`${inject('trinoUrl')}/v1/query/${id}`, { headers: { 'x-trino-user': 'tests' } })
  ).json();
  expect(session.clientTags.toSorted()).toEqual(
    ['request-1', '%C3%BCn%C3%AFcode%2C%20and%20a%20comma'].toSorted(),
  );
  expect(session).toMatchObject({ user: 'tests', source: 'telemetry-analytics-api' });
});
