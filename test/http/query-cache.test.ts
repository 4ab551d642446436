import { afterEach, expect, test, vi } from 'vitest';
import { startApp } from '../support/app.ts';
import { appWithQueries, queriesFolder } from '../support/queries-app.ts';

const QUERIES = {
  'lasting.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}',
  'minute.sql': '-- ---\n-- cache: 60\n-- ---\nSELECT count(*) AS n, now() AS at FROM {{TELEMETRY}}',
  'hour.sql': '-- ---\n-- cache: 3600\n-- ---\nSELECT count(*) AS n FROM {{TELEMETRY}}',
  'anew.sql': 'SELECT count(*) AS n, random() AS r FROM {{TELEMETRY}}',
};

afterEach(() => {
  vi.useRealTimers();
});

const graphql = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const table = (name: string) => graphql(`{ namedQueryTable(name: "${name}") { rows } }`);

async function appWithClock() {
  const app = await appWithQueries(QUERIES);
  await app.refresh();
  app.takeStatements();
  vi.useFakeTimers({ toFake: ['performance'] });
  const ran = () => app.takeStatements().filter((name) => `${name}.sql` in QUERIES);
  return { ...app, ran };
}

test.each(['/queries/lasting', graphql('{ lasting { rows { n } } }'), table('lasting')])(
  '%s: as long as the snapshot',
  async (url) => {
    const { get, ran } = await appWithClock();
    const first = await get(url);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('no-cache');
    vi.advanceTimersByTime(1e9);
    expect(await (await get(url)).text()).toBe(await first.text());
    expect((await get(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(ran()).toEqual(['lasting']);
  },
);

test.each([
  '/queries/minute',
  graphql('{ minute { rows { n at } } }'),
  table('minute'),
  graphql('{ hour { rows { n } } namedQueryTable(name: "minute") { rows } }'),
  graphql('{ h: namedQueryTable(name: "hour") { rows } m: namedQueryTable(name: "minute") { rows } }'),
  graphql('{ m: namedQueryTable(name: "minute") { rows } h: namedQueryTable(name: "hour") { rows } }'),
  graphql(
    'query ($n: String = "minute") { m: namedQueryTable(name: $n) { rows } a: namedQueryTable(name: "anew") @skip(if: true) { rows } }',
  ),
  graphql(
    'query ($no: Boolean = false) { hour { rows { n } } ...f } fragment f on Query { m: minute @include(if: $no) { rows { at } } }',
  ),
])('%s: for its seconds, and then never the old one', async (url) => {
  const { get, ran } = await appWithClock();
  const first = await get(url);
  expect(first.headers.get('cache-control')).toBe('max-age=60');
  const etag = first.headers.get('etag') ?? '';
  vi.advanceTimersByTime(20_000);
  const again = await get(url);
  expect([again.headers.get('cache-control'), again.headers.get('etag')]).toEqual(['max-age=40', etag]);
  expect(await again.text()).toBe(await first.text());
  const held = await get(url, { headers: { 'if-none-match': etag } });
  expect([held.status, held.headers.get('cache-control')]).toEqual([304, 'max-age=40']);
  const once = ran().sort();
  vi.advanceTimersByTime(40_001);
  const later = await get(url, { headers: { 'if-none-match': etag } });
  expect([later.status, later.headers.get('cache-control')]).toEqual([200, 'max-age=60']);
  expect(later.headers.get('etag')).not.toBe(etag);
  expect(ran().sort()).toEqual(once);
});

test.each([
  '/queries/anew',
  graphql('{ lasting { rows { n } } anew { rows { r } } }'),
  table('anew'),
  graphql('{ l: namedQueryTable(name: "lasting") { rows } a: namedQueryTable(name: "anew") { rows } }'),
])('%s: never', async (url) => {
  const { get, ran } = await appWithClock();
  const answers = [await get(url), await get(url)];
  const [first, second] = await Promise.all(answers.map((answer) => answer.text()));
  expect(second).not.toBe(first);
  for (const { headers } of answers) {
    expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store']);
  }
  expect(ran().filter((name) => name === 'anew')).toEqual(['anew', 'anew']);
});

test('another text, or another limit, is another answer: no 304 after a restart', async () => {
  const { directory, get } = await appWithQueries({ 'q.sql': 'SELECT 1 AS a' });
  await get('/queries/q');
  const etag = (await get('/queries/q')).headers.get('etag') ?? '';
  expect(etag).not.toBe('');
  for (const [sql, rows, status] of [
    ['SELECT 1 AS a', '100000', 304],
    ['SELECT 2 AS a', '100000', 200],
    ['SELECT 1 AS a', '10', 200],
  ] as const) {
    const queriesDirectory = await queriesFolder({ 'q.sql': sql });
    const own = await startApp({ DATA_DIR: directory, QUERY_MAX_ROWS: rows }, { queriesDirectory });
    await own.refresh();
    expect((await own.get('/queries/q', { headers: { 'if-none-match': etag } })).status).toBe(status);
    await own.close();
  }
});

test('errors are not kept', async () => {
  const { get } = await appWithQueries({
    'q.sql': '-- ---\n-- cache: 60\n-- ---\nSELECT CAST(device_id AS INTEGER) AS a FROM {{TELEMETRY}}',
  });
  for (const url of ['/queries/q', graphql('{ q { rows { a } } }')]) {
    const answer = await get(url);
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('cache-control')]).toEqual([
      500,
      null,
      null,
    ]);
  }
});
