import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { fastest } from '../support/fastest.ts';
import { queriesFolder } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A query that takes as long as it is let, of which each number is one of its own. */
const QUERIES = {
  'slow.sql':
    '-- ---\n-- parameters: { number: { type: Int } }\n-- ---\nSELECT count(*) + $number AS n FROM range(20000) AS a(i), range(1000000) AS b(j) WHERE i + j = -1',
  'endless.sql': 'SELECT i AS n FROM range(1000000000000) AS numbers(i)',
  'quick.sql': '-- ---\n-- parameters: { number: { type: Int } }\n-- ---\nSELECT $number AS n',
};

async function serve(environment: Readonly<Record<string, string>>) {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const ended: { name: string; code: unknown }[] = [];
  const app = await startApp(
    {
      DATA_DIR: directory,
      REFRESH_SECONDS: '86400',
      TRUSTED_PROXIES: '1',
      ENGINE_THREADS: '1',
      ...environment,
    },
    {
      queriesDirectory: await queriesFolder(QUERIES),
      onStatement: ({ name, error }) => ended.push({ name, code: Reflect.get(Object(error), 'code') }),
    },
  );
  onTestFinished(() => app.close());
  await app.refresh();
  ended.length = 0;
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const from = async (viewer: string, path: string) =>
    app.get(path, { headers: { 'x-forwarded-for': viewer }, signal: leaving.signal });
  return { app, ended, from, leave: () => leaving.abort() };
}

/** For a machine that has much else to do. */
const PATIENCE_MS = 20_000;

const GREEDY = '198.51.100.1';
const MODEST = '198.51.100.2';

test('one viewer with 200 requests under way keeps another waiting for a few statements at most', async () => {
  const { ended, from, leave } = await serve({ ENGINE_MAX_CONCURRENT: '1' });
  const greedy = Array.from({ length: 200 }, async (_, number) => {
    const { status } = await from(GREEDY, `/queries/quick?number=${number}`);
    return status;
  });
  const modest = await from(MODEST, '/queries/quick?number=1000');
  const before = ended.length;
  expect(await modest.json()).toMatchObject({ rows: [{ n: 1000 }] });
  expect(before).toBeLessThan(10);
  expect(new Set(await Promise.all(greedy))).toEqual(new Set([200]));
  leave();
});

test('beyond what may wait, operations are refused at once with 503, and health is not', async () => {
  const { app, from, leave } = await serve({
    ENGINE_MAX_CONCURRENT: '1',
    OPERATIONS_MAX_CONCURRENT: '4',
    OPERATIONS_MAX_QUEUED: '6',
    VIEWER_MAX_CONCURRENT: '3',
  });
  const waiting = Array.from({ length: 9 }, (_, number) =>
    from(GREEDY, `/queries/slow?number=${number}`).catch(() => undefined),
  );
  expect(await fastest(() => from(GREEDY, '/queries/slow?number=9'))).toBeLessThan(100);
  const refused = await from(GREEDY, '/queries/slow?number=9');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await refused.json()).toMatchObject({
    code: 'OVERLOADED',
    limit: 'queuedOperations',
    asked: 7,
    allowed: 6,
  });
  const graphql = await app.get('/graphql?query={overview{totalRows}}', {
    headers: { 'x-forwarded-for': GREEDY },
  });
  expect(graphql.status).toBe(503);
  expect(await graphql.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });

  // Another viewer's operation takes the turn that its own share leaves free, or the place of the last of the greedy one.
  const others = [10, 11].map((number) =>
    from(MODEST, `/queries/slow?number=${number}`).catch(() => undefined),
  );
  const displaced = await Promise.race(waiting);
  expect(displaced?.status).toBe(503);

  for (const path of ['/health', '/ready', '/livez']) {
    expect([path, (await from(GREEDY, path)).status]).toEqual([path, 200]);
    expect(await fastest(() => from(GREEDY, path)), path).toBeLessThan(100);
  }
  leave();
  await Promise.all([...waiting, ...others]);
});

test('who waits for too long is told so', async () => {
  const { from, leave } = await serve({
    ENGINE_MAX_CONCURRENT: '1',
    OPERATIONS_MAX_CONCURRENT: '1',
    OPERATIONS_QUEUE_SECONDS: '1',
  });
  const first = from(GREEDY, '/queries/slow?number=1').catch(() => undefined);
  const asked = performance.now();
  const second = await from(MODEST, '/queries/slow?number=2');
  expect(second.status).toBe(503);
  const waitedAtMost = (performance.now() - asked) / 1000;
  const told = await second.json();
  expect(told).toMatchObject({ code: 'OVERLOADED', limit: 'queuedOperationSeconds', allowed: 1 });
  // What it has really waited.
  expect(told.detail).toContain(`but got none for ${told.asked} s`);
  expect(told.asked).toBeGreaterThan(0.99);
  expect(told.asked).toBeLessThanOrEqual(Math.ceil(waitedAtMost * 1000) / 1000);
  leave();
  await first;
});

test('a turn ends with its client, its error and its answer', async () => {
  const { app, from, leave } = await serve({ OPERATIONS_MAX_CONCURRENT: '1', OPERATIONS_MAX_QUEUED: '0' });
  const first = from(GREEDY, '/queries/slow?number=1').catch(() => undefined);
  expect((await app.get('/queries/quick?number=1')).status).toBe(503);
  leave();
  await first;
  await expect
    .poll(async () => (await app.get('/queries/quick?number=2')).status, { timeout: PATIENCE_MS })
    .toBe(200);
  for (const [path, status] of [
    ['/queries/quick?number=x', 400],
    ['/graphql?query={', 400],
    ['/graphql?query={nope}', 400],
    ['/queries/quick?number=3', 200],
    ['/queries/quick?number=3', 200],
    ['/queries/quick.csv?number=3', 200],
  ] as const) {
    const response = await app.get(path, { headers: { accept: '*/*' } });
    expect([path, response.status]).toEqual([
      path,
      status === 400 && path.startsWith('/graphql') ? 200 : status,
    ]);
    await response.arrayBuffer();
  }
  const posted = await app.post('{ overview { totalRows } }');
  expect(posted.errors).toBeUndefined();
});

test('what is in the response cache is answered without a turn', async () => {
  const { app, from, leave } = await serve({ OPERATIONS_MAX_CONCURRENT: '1', OPERATIONS_MAX_QUEUED: '0' });
  const kept = await app.get('/queries/quick?number=1');
  expect(kept.status).toBe(200);
  const first = from(GREEDY, '/queries/slow?number=1').catch(() => undefined);
  expect((await app.get('/queries/quick?number=2')).status).toBe(503);
  expect((await app.get('/queries/quick?number=1')).status).toBe(200);
  leave();
  await first;
});

test('the exports of one viewer leave one for others', async () => {
  const { from, leave } = await serve({ EXPORT_MAX_CONCURRENT: '2', VIEWER_MAX_EXPORTS: '1' });
  // Nobody reads on, so it stays under way.
  expect((await from(GREEDY, '/queries/endless.csv')).status).toBe(200);
  const second = await from(GREEDY, '/queries/endless.csv');
  expect(second.status).toBe(503);
  expect(await second.json()).toMatchObject({
    code: 'OVERLOADED',
    limit: 'viewerExports',
    asked: 2,
    allowed: 1,
  });
  expect((await from(MODEST, '/queries/endless.csv')).status).toBe(200);
  expect(await (await from('198.51.100.3', '/queries/endless.csv')).json()).toMatchObject({
    limit: 'concurrentExports',
    asked: 3,
    allowed: 2,
  });
  leave();
});
