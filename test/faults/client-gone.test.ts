import { once } from 'node:events';
import { type ClientRequest, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { appWithQueries } from '../support/queries-app.ts';
import { recordLog } from '../support/recorded-log.ts';

const QUERIES = {
  'endless.sql': 'SELECT sum(sqrt(i)) AS total FROM range(1000000000000) AS numbers(i)',
  'short.sql': 'SELECT 1 AS one',
};

const ROUNDS = 5;
const TOKEN = 'metrics-of-24-characters';

interface Ended {
  readonly name: string;
  readonly code: unknown;
  readonly at: number;
}

/** The service at a port, with one connection to the engine and no queue before it. */
async function serve(settings: Readonly<Record<string, string>> = {}) {
  const ends: Ended[] = [];
  const { log, says } = recordLog();
  const app = await appWithQueries(QUERIES, {
    environment: {
      REFRESH_SECONDS: '86400',
      RESPONSE_CACHE_MAX_BYTES: '0',
      ENGINE_MAX_CONCURRENT: '1',
      ENGINE_MAX_QUEUED: '0',
      ...settings,
    },
    log,
    onStatement: ({ name, error }) =>
      ends.push({
        name,
        code: error === undefined ? undefined : Reflect.get(Object(error), 'code'),
        at: performance.now(),
      }),
  });
  await app.refresh();
  const server = createServer(app.handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    ends,
    says,
    /** Of the metrics. */
    figure: async (name: string) => {
      const scraped = await app.get('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
      const line = (await scraped.text()).split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length));
    },
    endless: () => ends.find(({ name }) => name === 'endless'),
    short: async () => (await app.get('/queries/short')).status,
  };
}

test.each([
  ['REST', { path: '/queries/endless', method: 'GET' }, ''],
  [
    'GraphQL',
    { path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' } },
    '{"query":"{ endless { rows { total } } }"}',
  ],
])(
  '%s: the client goes, and its statement ends; the connection is free for others',
  async (_, options, body) => {
    const { port, ends, endless, short } = await serve();
    /** How long the statement goes on after its client, ms. */
    const outlives = async () => {
      let client: ClientRequest | undefined;
      const send = () => {
        client = request({ port, agent: false, ...options }).on('error', () => undefined);
        // Refused, because one of the short ones was running: it comes again.
        client.on('response', send).end(body);
      };
      send();
      // The only connection is taken for good once others are refused again and again: the statement runs.
      let refused = 0;
      const isTaken = async () => {
        refused = (await short()) === 503 ? refused + 1 : 0;
        return refused >= 3;
      };
      await expect.poll(isTaken, { interval: 20, timeout: 10_000 }).toBe(true);
      ends.length = 0;
      const gone = performance.now();
      client?.destroy();
      await expect.poll(() => endless()?.code, { interval: 5, timeout: 5_000 }).toBe('STATEMENT_CANCELLED');
      await expect.poll(short, { interval: 10 }).toBe(200);
      return (endless()?.at ?? Number.POSITIVE_INFINITY) - gone;
    };
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await outlives());
    // The middle one: the machine has other things to do.
    expect(times.toSorted((a, b) => a - b)[ROUNDS >> 1]).toBeLessThan(250);
  },
);

test('the client goes that waits for its turn: nobody waits in its place, and the log tells that it went', async () => {
  const { port, says, figure } = await serve({ OPERATIONS_MAX_CONCURRENT: '1', METRICS_TOKEN: TOKEN });
  const send = (path: string) =>
    request({ port, path, agent: false })
      .on('error', () => undefined)
      .end();
  const isWithin = (name: string) => expect.poll(() => figure(name), { interval: 20, timeout: 10_000 });
  const first = send('/queries/endless');
  await isWithin('telemetry_operations_running').toBe(1);
  const second = send('/queries/short');
  await isWithin('telemetry_operations_queued').toBe(1);
  second.destroy();
  expect(await says('"status":499')).toMatchObject({ route: '/queries/{name}', statements: 0 });
  expect(await figure('telemetry_operations_queued')).toBe(0);
  first.destroy();
});
