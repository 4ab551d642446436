import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { limitsOf } from '../../src/limits/limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { fastest } from '../support/fastest.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

/** How long a refusal may take, ms. */
const MOST_MS = 100;
const ROUNDS = 8;
const METRICS_TOKEN = 'metrics-of-24-characters';
/** More than may have a page of the largest size each. */
const DEVICES = 12;

const QUERIES = {
  'listed.sql':
    '-- ---\n-- parameters: { numbers: { type: [Int] } }\n-- ---\nSELECT count(*) AS n FROM range(3) AS series(i) WHERE list_contains($numbers, i)',
  'slow.sql':
    '-- ---\n-- parameters: { number: { type: Int } }\n-- ---\nSELECT count(*) + $number AS n FROM range(20000) AS a(i), range(1000000) AS b(j) WHERE i + j = -1',
  'endless.sql': 'SELECT i AS n FROM range(1000000000000) AS numbers(i)',
};

/** Asks for too much, each time in other words, so that no cache answers. */
type Ask = (app: TestApp, round: number) => Promise<Response>;

const post = (query: string, variables?: unknown): Ask => {
  return (app, round) =>
    app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `${query} # ${round}`, variables }),
    });
};
/** Answered as soon as it is let in or refused; its events go on. */
const listen = (query: string): Ask => {
  return (app, round) =>
    app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `${query} # ${round}` }),
    });
};
/** What its first event says, of one that is refused. */
const subscribe = (query: string): Ask => {
  return async (app, round) => {
    const response = await listen(query)(app, round);
    return new Response(/^data: (.*)$/m.exec(await response.text())?.[1], response);
  };
};
const from = (viewer: number, url: string, init: RequestInit = {}): Ask => {
  return (app) => app.get(url, { ...init, headers: { 'x-forwarded-for': `198.51.100.${viewer}` } });
};
const repeat = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

const { document, bodyBytes } = loadConfig({}).limits;
const ids = (count: number) => JSON.stringify(Array.from({ length: count }, (_, index) => `id-${index}`));
const DAYS = 'dailySummaries { deviceId date avgVoltage minVoltage maxVoltage }';

/** One more than the service takes as it is set by default. */
const BY_DEFAULT: Readonly<Record<string, Ask>> = {
  requestBodyBytes: post(`{ __typename } #${'x'.repeat(bodyBytes)}`),
  documentTokens: post(`{ ${'a '.repeat(document.tokens)} }`),
  documentNesting: post(`{ a(b: ${'['.repeat(201)}${']'.repeat(201)}) }`),
  documentDepth: post(`${'{ a '.repeat(document.depth + 1)}${'}'.repeat(document.depth + 1)}`),
  documentFragments: post(
    `{ overview { totalRows } } ${repeat(document.fragments + 1, (index) => `fragment F${index} on Overview { totalRows }`)}`,
  ),
  documentFields: post(`{ overview { ${'totalRows '.repeat(document.fields)} } }`),
  documentAliases: post(
    `{ overview { ${repeat(document.aliases + 1, (index) => `a${index}: totalRows`)} } }`,
  ),
  documentRootFields: post(`{ ${'overview { totalRows } '.repeat(document.rootFields + 1)} }`),
  documentDirectives: post(
    `{ overview { ${'totalRows @skip(if: false) '.repeat(document.directives + 1)} } }`,
  ),
  directivesTogether: post('{ overview { totalRows @a @b @c @d } }'),
  operationCost: post('{ devices(first: 2000000) { edges { node { deviceId readingCount } } } }'),
  topDevices: post('{ topDevices(by: MAX_SOC, first: 1001) { rank } }'),
  comparedDevices: post(
    '{ compare(first: { from: "2026-03-01", to: "2026-03-02" }, second: { from: "2026-03-03", to: "2026-03-04" }, limit: 1001) { deviceCount } }',
  ),
  histogramBins: post('{ histogram(metric: SOC, bins: 1001) { missing } }'),
  readingsPage: post('{ device(deviceId: "dev-1") { readings(first: 10001) { edges { cursor } } } }'),
  readingsTogether: post(
    '{ devices { edges { node { readings(first: 10000) { pageInfo { hasNextPage } } } } } }',
  ),
  seriesDevices: post(`{ series(deviceIds: ${ids(1_001)}) { from } }`),
  seriesPoints: post('{ series(maxPoints: 100001) { from } }'),
  seriesLeastPoints: post('{ series(maxPoints: 49) { from } }'),
  seriesPointsTogether: post(
    '{ series(bucket: "1s", from: "2020-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z") { from } }',
  ),
  seriesRows: post(
    '{ series(deviceIds: ["dev-1"], metrics: [SOC], bucket: "1m", from: "2026-03-01T00:00:00Z", to: "2026-03-08T00:00:00Z") { points { soc { value } } } }',
  ),
  subscribedDevices: subscribe(`subscription { latestReadings(deviceIds: ${ids(1_001)}) { version } }`),
  subscribedPoints: subscribe(
    'subscription { series(deviceIds: ["dev-1"], bucket: "1m", from: "2026-03-01T00:00:00Z", to: "2026-03-15T00:00:00Z") { version } }',
  ),
  queryListValues: post('query ($numbers: [Int!]!) { listed(numbers: $numbers) { rows { n } } }', {
    numbers: Array(10_001).fill(1),
  }),
};

interface WithSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** What was let in before, and goes on for as long as the test lasts where it can. */
  readonly meanwhile?: readonly Ask[];
  /** The metric that tells that the last of them waits; without one, each is awaited until its answer begins. */
  readonly waiting?: string;
  readonly ask: Ask;
}

const slow = (number: number) => from(1, `/queries/slow?number=${number}`);
const LISTEN = 'subscription { datasetChanged { version } }';
const exports = { EXPORT_MAX_CONCURRENT: '2', VIEWER_MAX_EXPORTS: '1' };

/** What the default leaves too much room for, or what depends on others. */
const BY_SETTING: Readonly<Record<string, WithSettings>> = {
  operationStatements: {
    environment: { OPERATION_MAX_STATEMENTS: '3' },
    ask: post(`{ ${repeat(4, (day) => `d${day}: dailySummaries(from: "2026-03-0${day + 1}") { date }`)} }`),
  },
  answerRows: { environment: { ANSWER_MAX_ROWS: '10', QUERY_MAX_ROWS: '5' }, ask: post(`{ ${DAYS} }`) },
  answerBytes: {
    environment: { ANSWER_MAX_BYTES: '1024' },
    ask: post(`{ ${'a'.repeat(1_024)}: __typename }`),
  },
  queuedOperations: {
    environment: { OPERATIONS_MAX_CONCURRENT: '1', OPERATIONS_MAX_QUEUED: '1' },
    meanwhile: [slow(1), slow(2)],
    waiting: 'telemetry_operations_queued',
    ask: slow(3),
  },
  queuedStatements: {
    environment: { ENGINE_MAX_CONCURRENT: '1', ENGINE_MAX_QUEUED: '1' },
    meanwhile: [slow(1), slow(2)],
    waiting: 'telemetry_engine_statements_queued{engine="asking"}',
    ask: slow(3),
  },
  viewerExports: {
    environment: exports,
    meanwhile: [from(1, '/queries/endless.csv')],
    ask: from(1, '/queries/endless.csv'),
  },
  concurrentExports: {
    environment: exports,
    meanwhile: [from(1, '/queries/endless.csv'), from(2, '/queries/endless.csv')],
    ask: from(3, '/queries/endless.csv'),
  },
  subscriptions: {
    environment: { SUBSCRIPTIONS_MAX: '1' },
    meanwhile: [listen(LISTEN)],
    ask: subscribe(LISTEN),
  },
  viewerSubscriptions: {
    environment: { VIEWER_MAX_SUBSCRIPTIONS: '1' },
    meanwhile: [listen(LISTEN)],
    ask: subscribe(LISTEN),
  },
  viewerBurst: {
    environment: { VIEWER_REQUESTS_PER_SECOND: '1', VIEWER_BURST: '1' },
    meanwhile: [from(1, '/overview')],
    ask: from(1, '/overview'),
  },
};

/** Limits that refuse nothing at once, and why. */
const NO_REFUSAL: Readonly<Record<string, string>> = {
  queryRows: 'the rest is left out, as `truncated` tells',
  exportRows: 'the rest is left out, as `X-Truncated` tells',
  seriesReadings: 'summed up in buckets instead',
  exportSeconds: 'a time that has to pass',
  responseStallSeconds: 'a time that has to pass',
  responseSeconds: 'a time that has to pass',
  statementSeconds: 'a time that has to pass',
  queuedOperationSeconds: 'a time that has to pass',
  concurrentOperations: 'further ones wait, up to queuedOperations',
  viewerOperations: 'further ones wait, up to queuedOperations',
  concurrentStatements: 'further ones wait, up to queuedStatements',
  viewerRequestsPerSecond: 'fills viewerBurst again, which refuses',
  connections: 'further ones are closed unanswered',
  requestSeconds: 'a time that has to pass',
  requestBodyBytesTogether: 'of bodies under way: slow-requests.test.ts has some',
  requestHeadBytes: 'refused by the HTTP server of Node, before the service sees the request',
};

let directory: string;
beforeAll(async () => {
  directory = await scratchFolder();
  await writeDataset(path.join(directory, 'data'), (write) =>
    write(
      'all.parquet',
      seriesSql({ devices: [1, DEVICES], from: '2026-03-01 00:00', everyMinutes: 60, count: 240 }),
    ),
  );
  for (const [name, sql] of Object.entries(QUERIES)) await writeFile(path.join(directory, name), sql);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function start(environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const app = await startApp(
    {
      DATA_DIR: path.join(directory, 'data'),
      REFRESH_SECONDS: '86400',
      TRUSTED_PROXIES: '1',
      ENGINE_THREADS: '1',
      METRICS_TOKEN,
      ...environment,
    },
    { queriesDirectory: directory },
  );
  await app.refresh();
  return app;
}

async function letIn(app: TestApp, { meanwhile = [], waiting }: WithSettings): Promise<void> {
  for (const ask of meanwhile) {
    const answer = ask(app, 0);
    if (waiting === undefined) await answer;
    // Ends with the service.
    else answer.catch(() => undefined);
  }
  if (waiting === undefined) return;
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  await expect
    .poll(async () => (await (await app.get('/metrics', { headers })).text()).split('\n'))
    .toContain(`${waiting} 1`);
}

async function expectRefusal(app: TestApp, limit: string, ask: Ask): Promise<void> {
  let round = 0;
  let answer: Response | undefined;
  const time = await fastest(async () => {
    answer = await ask(app, round++);
  }, ROUNDS);
  const text = await answer?.text();
  const body = JSON.parse(text ?? '{}');
  const told = body.errors?.[0]?.extensions ?? body;
  expect(told, text).toEqual(
    expect.objectContaining({
      code: expect.stringMatching(/^[A-Z_]+$/),
      limit,
      asked: expect.any(Number),
      allowed: expect.any(Number),
    }),
  );
  expect(time, `ms until ${limit} was told`).toBeLessThan(MOST_MS);
}

test('every limit is here: those that refuse, and those that do not with the reason', () => {
  const names = limitsOf(loadConfig({ EXPORT_MAX_ROWS: '9' })).map(({ name }) => name);
  const here = [BY_DEFAULT, BY_SETTING, NO_REFUSAL].flatMap(Object.keys);
  expect(here.toSorted()).toEqual(names);
});

describe('refused within 100 ms, by its name', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await start();
  });
  afterAll(() => app.close());

  test.each(Object.entries(BY_DEFAULT))('%s', async (limit, ask) => {
    await expectRefusal(app, limit, ask);
  });

  test.each(Object.entries(BY_SETTING))('%s, as a setting', async (limit, settings) => {
    const own = await start(settings.environment);
    onTestFinished(() => own.close());
    await letIn(own, settings);
    await expectRefusal(own, limit, settings.ask);
  });
});
