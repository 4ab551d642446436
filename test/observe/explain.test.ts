import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { explanationHeader } from '../../src/http/explain.ts';
import { Activity } from '../../src/observe/activity.ts';
import { inScope } from '../../src/observe/scope.ts';
import { appOver } from '../support/app-over.ts';
import { keyFile } from '../support/key-file.ts';
import { appWithQueries } from '../support/queries-app.ts';

const QUERY = 'query Fleet { devices(first: 2) { edges { node { deviceId } } } }';
const SCAN = '{ hourlyAvg { rows { deviceId } } }';

let app: Awaited<ReturnType<typeof appOver>>;

beforeAll(async () => {
  app = await appOver('dst');
  await app.refresh();
});

afterAll(() => app.close());

const post = async (body: object, to = app) => {
  const response = await to.get('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    response,
    answer: (await response.json()) as { data: unknown; extensions?: Record<string, unknown> },
  };
};
const explained = { explain: true };

test('an answer from the rollups is explained: its statements, rows and snapshot', async () => {
  const { response, answer } = await post({ query: QUERY, extensions: { ...explained, dataset: true } });
  const dataset = answer.extensions?.['dataset'] as { version: string } | undefined;
  expect(answer.extensions?.['explain']).toEqual({
    requestId: response.headers.get('x-request-id'),
    durationMs: expect.any(Number),
    cache: 'miss',
    snapshot: dataset?.version,
    rolledUp: true,
    attempts: 1,
    statementCount: 1,
    rows: 2,
    statements: [
      {
        name: 'devices',
        source: 'rollups',
        rows: 2,
        durationMs: expect.any(Number),
        waitedMs: expect.any(Number),
      },
    ],
    objects: { opened: 0, bytes: 0 },
    storage: { requests: 0, bytes: 0 },
  });
});

test('a scan tells the objects that it opened', async () => {
  const { objectCount, bytes } = (
    await app.ask<{ dataset: { objectCount: number; bytes: number } }>('{ dataset { objectCount bytes } }')
  ).dataset;
  const { answer } = await post({ query: SCAN, extensions: explained });
  expect(answer.extensions?.['explain']).toMatchObject({
    statements: [{ name: 'hourly_avg', source: 'objects' }],
    objects: { opened: objectCount, bytes },
  });
});

test('a statement that fails is told by its code, and no answer holds SQL', async () => {
  const { answer } = await post({ query: SCAN, extensions: explained });
  expect(JSON.stringify(answer.extensions)).not.toMatch(/select|from|read_parquet/i);
  expect(JSON.stringify(answer.extensions)).not.toContain(app.directory);
});

test('a kept answer says so, and an explained one is never kept', async () => {
  const query = `${QUERY} # kept`;
  const first = await post({ query, extensions: explained });
  expect(first.answer.extensions?.['explain']).toMatchObject({ cache: 'miss' });
  expect(first.response.headers.get('cache-control')).toBe('no-store');
  expect(first.response.headers.get('etag')).toBeNull();
  // It was not kept: this one is asked as well, and has no explanation.
  app.takeStatements();
  const plain = await post({ query });
  expect(app.takeStatements()).toEqual(['devices']);
  expect(plain.answer).not.toHaveProperty('extensions');
  expect(plain.response.headers.get('etag')).not.toBeNull();
  // The same question with an explanation is met by what is kept of the plain one.
  const kept = await post({ query, extensions: explained });
  expect(app.takeStatements()).toEqual([]);
  expect(kept.answer.data).toEqual(plain.answer.data);
  expect(kept.answer.extensions?.['explain']).toMatchObject({
    cache: 'hit',
    statementCount: 0,
    statements: [],
  });
  expect(kept.response.headers.get('cache-control')).toBe('no-store');
  expect((await post({ query })).answer).toEqual(plain.answer);
});

test('by GET too, beside other extensions, and a held ETag leads to no 304', async () => {
  const path = (extensions: object) =>
    `/graphql?query=${encodeURIComponent(QUERY)}&extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
  const plain = await app.get(path({ dataset: true }));
  const etag = plain.headers.get('etag') ?? '';
  expect((await app.get(path({ dataset: true }), { headers: { 'if-none-match': etag } })).status).toBe(304);
  const again = await app.get(path({ explain: true, dataset: true }), { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(200);
  const { extensions } = (await again.json()) as { extensions: Record<string, unknown> };
  expect(extensions).toEqual({
    dataset: expect.anything(),
    explain: expect.objectContaining({ cache: 'hit' }),
  });
});

test('REST is asked by a header and answers in one, kept or not', async () => {
  const headers = { 'x-explain': '1' };
  const explain = async (path: string) => {
    const response = await app.get(path, { headers });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('etag')).toBeNull();
    return JSON.parse(response.headers.get('x-explain') ?? 'null');
  };
  expect(await explain('/devices?first=3')).toMatchObject({
    cache: 'miss',
    statements: [{ name: 'devices' }],
  });
  const plain = await app.get('/devices?first=3');
  expect(plain.headers.get('x-explain')).toBeNull();
  expect(plain.headers.get('etag')).not.toBeNull();
  expect(await explain('/devices?first=3')).toMatchObject({ cache: 'hit', statements: [] });
  expect(await explain('/devices.csv')).toMatchObject({ cache: 'none' });
  expect(await explain('/daily-summary?time_zone=Mars')).toMatchObject({ statements: [] });
});

test('the header is for REST: GraphQL by GET is answered as without it', async () => {
  const path = `/graphql?query=${encodeURIComponent(`${QUERY} # header`)}`;
  const plain = await app.get(path, { headers: { 'x-explain': '1' } });
  expect(plain.headers.get('x-explain')).toBeNull();
  const etag = plain.headers.get('etag') ?? '';
  const held = await app.get(path, { headers: { 'x-explain': '1', 'if-none-match': etag } });
  expect(held.status).toBe(304);
});

test('a viewer of some devices is not told how much there is of others', async () => {
  const limited = await appOver('dst', {
    viewerOf: () => ({
      id: 'limited',
      devices: { ids: ['no such device'], prefixes: [] },
      permissions: new Set(['read', 'explain'] as const),
    }),
  });
  onTestFinished(() => limited.close());
  await limited.refresh();
  for (const query of [QUERY, '{ hourlyAvg { rows { deviceId } } }']) {
    const { answer } = await post({ query, extensions: explained }, limited);
    expect(answer.extensions?.['explain']).toMatchObject({ statementCount: expect.any(Number) });
    expect(JSON.stringify(answer.extensions)).not.toMatch(/"(rows|objects|storage|bytes)"/);
  }
});

test('the header stays of a size that clients and proxies take', async () => {
  const activity = new Activity(
    { id: 'x', method: 'GET', route: '/', query: '', quiet: false },
    () => undefined,
  );
  const statement = { params: {}, engine: 'rollups', rows: 1_000_000, durationMs: 1234.5, waitedMs: 123.4 };
  for (let count = 0; count < 500; count++) activity.ranStatement({ ...statement, name: `query_${count}` });
  const header = inScope({ activity, span: undefined }, explanationHeader);
  expect(header.length).toBeLessThan(4_000);
  expect(JSON.parse(header)).toMatchObject({ statementCount: 500, rows: 500_000_000 });
});

test('who may not be told gets the plain answer', async () => {
  const shut = await appOver('plain', {}, { EXPLAIN: 'false' });
  try {
    await shut.refresh();
    const first = await post({ query: QUERY, extensions: explained }, shut);
    expect(first.answer).not.toHaveProperty('extensions');
    shut.takeStatements();
    const second = await post({ query: QUERY }, shut);
    expect(shut.takeStatements()).toEqual([]);
    expect(second.answer).toEqual(first.answer);
    const rest = await shut.get('/devices', { headers: { 'x-explain': '1' } });
    expect(rest.headers.get('x-explain')).toBeNull();
  } finally {
    await shut.close();
  }
});

test('where requests need a key, its permission decides, whatever the setting says', async () => {
  const keys = await keyFile();
  const closed = await appOver('plain', {}, { API_KEYS_FILE: keys.file, EXPLAIN: 'true' });
  onTestFinished(() => closed.close());
  await closed.refresh();
  const explanations = async (key: string, path = '/devices') => {
    const headers = { 'x-api-key': key, 'x-explain': '1' };
    const rest = await closed.get(path, { headers });
    const graphql = await closed.get('/graphql', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, extensions: explained }),
    });
    return [rest.status, rest.headers.has('x-explain'), (await graphql.text()).includes('statementCount')];
  };
  expect(await explanations(keys.reader)).toEqual([200, false, false]);
  expect(await explanations(keys.explainer)).toEqual([200, true, true]);
  // Of what is kept, too.
  expect(await explanations(keys.reader)).toEqual([200, false, false]);
  expect(await explanations(keys.explainer)).toEqual([200, true, true]);
  // Who is not known gets the refusal, or the page, and nothing besides.
  expect(await explanations('none')).toEqual([401, false, false]);
  expect(await explanations('none', '/docs')).toEqual([200, false, false]);
});

test('a large answer, which is kept in pieces, is asked anew to be explained', async () => {
  const many = await appWithQueries({ 'many.sql': 'SELECT i AS n FROM range(5000) AS numbers(i)' });
  await many.refresh();
  const query = '{ many { rows { n } } }';
  const plain = await post({ query }, many);
  many.takeStatements();
  await post({ query }, many);
  expect(many.takeStatements()).toEqual([]);
  const { answer, response } = await post({ query, extensions: explained }, many);
  expect(answer.extensions?.['explain']).toMatchObject({ cache: 'miss', statements: [{ name: 'many' }] });
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(answer.data).toEqual(plain.answer.data);
  await post({ query }, many);
  expect(many.takeStatements()).toEqual(['many']);
});

test('what others ask at the same time is not in it', async () => {
  const queries = ['overview', 'devices', 'device_latest'];
  const asked = {
    overview: '{ overview { totalRows } }',
    devices: QUERY,
    device_latest: '{ latestReadings { soc } }',
  };
  const answers = await Promise.all(
    queries.flatMap((name) =>
      [1, 2].map((round) =>
        post({ query: `${asked[name as keyof typeof asked]} # ${round}`, extensions: explained }),
      ),
    ),
  );
  const names = answers.map(({ answer }) => {
    const explain = answer.extensions?.['explain'] as { statements: { name: string }[] } | undefined;
    return explain?.statements.map(({ name }) => name);
  });
  expect(names).toEqual(queries.flatMap((name) => [[name], [name]]));
});
