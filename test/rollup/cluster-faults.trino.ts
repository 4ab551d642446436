import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { AnswersDocument } from '../generated/graphql.ts';
import type { TestApp } from '../support/app.ts';
import { type ClusterApps, startClusterApps } from '../support/cluster-apps.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { datasets } from '../support/datasets.ts';
import { type Held, type HeldStore, startHeldStore } from '../support/held-store.ts';
import { logLines } from '../support/log-lines.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';
import { s3Store } from '../support/s3-server.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  type ListedQuery,
  queriesWith,
  startTrinoServer,
  type TrinoServer,
} from '../support/trino-server.ts';

const STORE = s3Store(inject('s3Endpoint'));
const HISTOGRAM = '{ histogram(metric: VOLTAGE) { bins { count } missing } }';
/** Below the grain of the rollups, so every object has to be read. */
const SERIES = `{ series(
  bucket: "20m", aggregate: AVG, fill: NONE, from: "2026-03-02T00:00:00Z", to: "2026-03-25T00:00:00Z"
) { deviceId timestamps metrics { values min max count } } }`;
const QUESTIONS = [
  HISTOGRAM,
  SERIES,
  '{ series(bucket: "1d", timeZone: "Europe/Berlin", aggregate: P95) { deviceId timestamps metrics { values } } }',
];
/** What a client may be told of a cluster in trouble. */
const CODES = /^(ENGINE_UNAVAILABLE|STATEMENT_TIMEOUT)$/;
const VIEW = '{ overview { totalRows deviceCount lastTimestamp } dataset { version rolledUp objectCount } }';
const DEADLINE_S = 60;

/** One of its own, since its parts are killed: a coordinator, two workers, and a way to the store that can be held. */
let store: HeldStore;
let trino: TrinoServer;

beforeAll(async () => {
  store = await startHeldStore(STORE);
  trino = await startTrinoServer(store, { workers: 2 });
}, 400_000);

afterAll(async () => {
  await trino?.stop();
  await store?.stop();
});

describe('a coordinator and two workers answer as the embedded engine does', () => {
  const { overlapping, missingValues, equalTimestamps, manySmall } = datasets;
  const fleet = (seed: number) => (directory: string) =>
    writeRandomFleet(directory, seed, { devices: 5, readings: 500, from: '2026-03-20T00:00:00Z', days: 20 });
  const sources = {
    overlapping,
    missingValues,
    equalTimestamps,
    manySmall,
    fleet: fleet(1),
    other: fleet(2),
  };

  test.each(Object.entries(sources))(
    '%s',
    async (_, write) => {
      const apps = await appsOver(write);
      expect(apps.takeEvents().map(({ name, engine }) => `${name} ${engine}`)).toContain('partials trino');
      await expectSame(apps);
    },
    180_000,
  );
});

const FAULTS = [
  { fault: 'a worker is killed', strike: () => trino.killWorker(), mend: () => trino.startWorker() },
  { fault: 'the coordinator is restarted', strike: () => trino.restart(), mend: async () => {} },
];

test.each(FAULTS)(
  '$fault in the middle of a refresh and of questions',
  async ({ strike, mend }) => {
    const lines = logLines('warn');
    const apps = await appsOver(writeDays, lines.log);
    const before = await apps.cluster.ask(VIEW);
    const right = [await apps.embedded.ask(HISTOGRAM), await apps.embedded.ask(SERIES)];
    await uploadNew(apps);
    const held = hold('held');
    const begun = performance.now();
    const refreshing = apps.cluster.refresh().then(() => 'over');
    const asking = [apps.cluster.post(HISTOGRAM), apps.cluster.post(SERIES)];
    await held.reached;
    // Each has read some objects, and waits for others.
    await expect.poll(async () => (await underWay(apps)).filter(hasRead).length, LONG).toBe(3);

    const struck = strike();
    held.release();
    expect(await Promise.race([refreshing, apps.cluster.ask(VIEW)])).toEqual(before);
    for (const [place, { status, data, errors }] of (await Promise.all(asking)).entries()) {
      if (status === 200) expect(data).toEqual(right[place]);
      else expect(errors).toMatchObject([{ extensions: { code: expect.stringMatching(CODES) } }]);
    }
    expect(performance.now() - begun).toBeLessThan((DEADLINE_S + 10) * 1000);
    await refreshing;
    await apps.embedded.refresh();
    const after = await apps.embedded.ask(VIEW);
    const failures = lines.of('The objects could not be listed; trying again');
    expect(failures).toMatchObject(failures.map(() => ({ err: { code: expect.stringMatching(CODES) } })));
    expect(await apps.cluster.ask(VIEW)).toEqual(failures.length === 0 ? after : before);

    await struck;
    await mend();
    await apps.cluster.refresh();
    expect(await apps.cluster.ask(VIEW)).toEqual(after);
    await expectSame(apps);
  },
  400_000,
);

describe('nobody waits for it any more', () => {
  test('a client that leaves: its query ends on the cluster', async () => {
    const apps = await appsOver(writeDays);
    const server = createServer(apps.cluster.listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close().closeAllConnections());
    const { reached } = hold('-held');
    const client = request({
      port: (server.address() as AddressInfo).port,
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    }).on('error', () => undefined);
    client.end(JSON.stringify({ query: HISTOGRAM }));
    await reached;
    await expect.poll(async () => (await underWay(apps)).length, LONG).toBe(1);
    apps.takeEvents();
    client.destroy();
    // Long before its deadline, which would end it too.
    await expect
      .poll(() => endsOf(apps, 'histogram'), { timeout: 10_000, interval: 100 })
      .toEqual(['USER_CANCELED']);
    expect(apps.takeEvents()).toMatchObject([{ name: 'histogram', error: { code: 'STATEMENT_CANCELLED' } }]);
  }, 120_000);

  test('SIGTERM in the middle of a refresh: its query ends on the cluster', async () => {
    const apps = await appsOver(writeDays);
    await uploadNew(apps);
    const { reached } = hold('new-held');
    const service = await startServerProcess({
      ...apps.environment,
      AWS_ACCESS_KEY_ID: STORE.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: STORE.credentials.secretAccessKey,
      STATE_DIR: await temporaryFolder(),
    });
    onTestFinished(() => service.kill('SIGKILL'));
    await reached;
    await expect.poll(async () => (await underWay(apps)).length, LONG).toBe(1);
    service.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    await expect.poll(() => underWay(apps), LONG).toEqual([]);
    expect(await endsOf(apps, 'slot_minute')).toContain('USER_CANCELED');
  }, 120_000);
});

const LONG = { timeout: 60_000, interval: 100 };

/** Until it is released, or the test ends. */
function hold(part: string): Held {
  const held = store.hold(part);
  onTestFinished(held.release);
  return held;
}

async function appsOver(
  write: (directory: string) => Promise<void>,
  log?: ReturnType<typeof logLines>['log'],
): Promise<ClusterApps> {
  const settings = { STATEMENT_TIMEOUT_SECONDS: String(DEADLINE_S) };
  const apps = await startClusterApps(write, { url: trino.url, settings, ...(log && { log }) });
  onTestFinished(() => apps.close());
  return apps;
}

/** Three objects of 50,000 readings each. */
function writeDays(directory: string): Promise<void> {
  return writeDataset(directory, async (write) => {
    for (const [place, name] of ['first', 'second', 'third-held'].entries()) {
      await write(`${name}.parquet`, daysSql(place, 12_500));
    }
  });
}

/** Four objects of 200,000 readings each. */
async function uploadNew({ environment }: ClusterApps): Promise<void> {
  const directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    for (const [place, name] of ['new-1', 'new-2', 'new-held-3', 'new-held-4'].entries()) {
      await write(`${name}.parquet`, daysSql(place + 3, 50_000));
    }
  });
  for (const name of await readdir(directory)) {
    await STORE.put(
      environment['S3_BUCKET'] ?? '',
      `telemetry/${name}`,
      await readFile(path.join(directory, name)),
    );
  }
}

const daysSql = (seed: number, count: number) =>
  seriesSql({ devices: [1, 4], from: '2026-03-01', everyMinutes: 1, count, seed });

async function expectSame({ cluster, embedded }: ClusterApps): Promise<void> {
  const same = async (ask: (app: TestApp) => Promise<unknown>) =>
    expect(await ask(cluster)).toEqual(await ask(embedded));
  for (const timeZone of ['UTC', 'America/New_York', 'Asia/Kathmandu']) {
    await same((app) => app.ask(AnswersDocument, { timeZone }));
  }
  for (const question of QUESTIONS) await same((app) => app.ask(question));
}

/** Those of the table's queries that run. */
async function underWay({ environment }: ClusterApps): Promise<readonly ListedQuery[]> {
  const queries = await queriesWith(trino.url, environment['S3_BUCKET'] ?? '', '$path');
  return queries.filter(({ state }) => state === 'RUNNING');
}

const hasRead = ({ queryStats }: ListedQuery) => Number(queryStats['rawInputPositions']) > 0;

/** How the table's queries with this text have ended: the names of Trino's codes. */
async function endsOf({ environment }: ClusterApps, text: string): Promise<(string | undefined)[]> {
  const queries = await queriesWith(trino.url, environment['S3_BUCKET'] ?? '', text);
  return queries.filter(({ state }) => state === 'FAILED').map(({ errorCode }) => errorCode?.name);
}
