import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { StatementEvent } from '../../src/engine/engine.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { type DatasetName, datasetFacts, datasets } from '../support/datasets.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { logLines } from '../support/log-lines.ts';
import { overviewOf, readReadings } from '../support/reference.ts';
import { s3Store } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTrinoFront } from '../support/trino-front.ts';
import { TrinoPlaces } from '../support/trino-places.ts';
import { executeOn } from '../support/trino-server.ts';

const OVERVIEW = '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }';
const STATE = '{ dataset { rolledUp version } }';

interface ClusterApp extends TestApp {
  readonly bucket: string;
  /** Puts a file of the folder into the bucket. */
  upload(key: string, file?: string): Promise<void>;
  /** `name engine` of each statement since the last call. */
  takeRuns(): string[];
}

/** The app over a folder's objects in a bucket, read by the cluster; it closes when the test ends. */
async function clusterApp(
  directory: string,
  settings: Readonly<Record<string, string>> = {},
  {
    onStatement,
    log,
  }: { onStatement?: (event: StatementEvent) => void; log?: ReturnType<typeof logLines>['log'] } = {},
): Promise<ClusterApp> {
  const { environment, remove } = await new TrinoPlaces({ settings }).put(directory);
  const bucket = environment['S3_BUCKET'] ?? '';
  let events: StatementEvent[] = [];
  const app = await startApp(
    { REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0', ...environment },
    {
      onStatement: (event) => {
        events.push(event);
        onStatement?.(event);
      },
      ...(log && { log }),
    },
  );
  onTestFinished(async () => {
    await app.close();
    await remove();
  });
  const store = s3Store(inject('s3Endpoint'));
  return {
    ...app,
    bucket,
    upload: async (key, file = key) => {
      await store.put(bucket, `telemetry/${key}`, await readFile(path.join(directory, file)));
    },
    takeRuns: () => {
      const taken = events;
      events = [];
      return taken.map(({ name, engine }) => `${name} ${engine}`);
    },
  };
}

async function folderOf(name: DatasetName): Promise<string> {
  const directory = await temporaryFolder();
  await datasets[name](directory);
  return directory;
}

test('two hundred new objects are one statement on the cluster, and nothing new is none', async () => {
  const directory = await folderOf('manySmall');
  const app = await clusterApp(directory);
  await app.refresh();
  expect(app.takeRuns().filter((run) => run.startsWith('partials'))).toEqual(['partials trino']);
  const { overview } = await app.ask<{ overview: object }>(OVERVIEW);
  expect(overview).toEqual(overviewOf(await readReadings(directory, [])));

  await app.refresh();
  await app.ask(OVERVIEW);
  expect(app.takeRuns().filter((run) => run.endsWith('trino'))).toEqual([]);

  const key = await anyKey(directory);
  await pMap(Array(100).keys(), (copy) => app.upload(`copies/${copy}.parquet`, key), { concurrency: 8 });
  await app.refresh();
  expect(app.takeRuns().filter((run) => run.startsWith('partials'))).toEqual(['partials trino']);
  expect(await app.ask(STATE)).toMatchObject({ dataset: { rolledUp: true } });
  // Three hundred objects are put into the bucket before, which a busy machine takes its time for.
}, 180_000);

test('what the table does not show is read here, is told, and keeps scans from the cluster', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    const days = (from: string) => seriesSql({ devices: [1, 2], from, everyMinutes: 10, count: 100 });
    await write('shown.parquet', days('2026-03-01'));
    // Hive takes names with this beginning for its own.
    await write('_hidden.parquet', days('2026-03-20'));
  });
  const lines = logLines('warn');
  const app = await clusterApp(directory, {}, { log: lines.log });
  await app.refresh();
  expect(app.takeRuns().filter((run) => run.startsWith('partials'))).toEqual([
    'partials trino',
    'partials building',
  ]);
  const { overview } = await app.ask<{ overview: object }>(OVERVIEW);
  expect(overview).toEqual(overviewOf(await readReadings(directory, [])));
  expect(
    lines.of('This process reads objects that the table on the cluster does not show as they are'),
  ).toMatchObject([{ objects: 1, otherTypes: 0, keys: ['_hidden.parquet'] }]);

  const histogram = (to: string) => app.ask(`{ histogram(metric: VOLTAGE, to: "${to}") { bins { count } } }`);
  app.takeRuns();
  await histogram('2026-03-01');
  expect(app.takeRuns()).toContain('histogram trino');
  await histogram('2026-03-20');
  expect(app.takeRuns()).toContain('histogram asking');
});

test('a latest reading that only the order of rows decides is looked up in its object', async () => {
  const app = await clusterApp(await folderOf('equalTimestamps'));
  await app.refresh();
  const partials = app.takeRuns().filter((run) => run.startsWith('partials'));
  expect(partials[0]).toBe('partials trino');
  // Two objects have such rows; they are small enough to be read together.
  expect(partials.slice(1)).toEqual(['partials building']);
});

test('rows without a device or a time keep no object from the cluster', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    const series = seriesSql({ devices: [1, 2], from: '2026-03-01', everyMinutes: 10, count: 100 });
    await write('whole.parquet', series);
    await write(
      'holes.parquet',
      `SELECT CASE WHEN soc >= 20 THEN device_id END AS device_id, CASE WHEN soc < 80 THEN "timestamp" END AS "timestamp",
        voltage, temperature, soc FROM (${series})`,
    );
  });
  const app = await clusterApp(directory);
  await app.refresh();
  expect(app.takeRuns().filter((run) => run.startsWith('partials'))).toEqual(['partials trino']);
  const { overview } = await app.ask<{ overview: object }>(OVERVIEW);
  expect(overview).toEqual(overviewOf(await readReadings(directory, [])));
});

test('columns that the cluster would read otherwise are read here', async () => {
  const app = await clusterApp(await folderOf('mixedSchemas'));
  await app.refresh();
  const runs = app.takeRuns();
  expect(runs).toContain('partials trino');
  expect(runs).toContain('partials building');
  expect(await app.ask(OVERVIEW)).toMatchObject({
    overview: { totalRows: datasetFacts.mixedSchemas.readings },
  });
});

test('after a restart with the kept rollups, objects are counted before the first scan', async () => {
  const directory = await folderOf('overlapping');
  const state = await temporaryFolder();
  const histogram = '{ histogram(metric: VOLTAGE) { bins { count } } }';
  const first = await clusterApp(directory, { STATE_DIR: state });
  await first.refresh();
  const answer = await first.ask(histogram);
  expect(first.takeRuns()).not.toContain('census trino');
  await first.close();

  const runs: string[] = [];
  const second = await startApp(
    { ...(await environmentOf(first.bucket)), STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' },
    { onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`) },
  );
  onTestFinished(() => second.close());
  await second.refresh();
  expect(runs.filter((run) => run.startsWith('partials'))).toEqual([]);
  expect(await second.ask(histogram)).toEqual(answer);
  await second.ask(histogram);
  expect(runs.filter((run) => run.endsWith('trino'))).toEqual([
    'table_connector trino',
    'table_columns trino',
    'census trino',
    'histogram trino',
    'histogram trino',
  ]);
});

test('an object that is replaced while the cluster reads is noticed', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    const days = (count: number) =>
      seriesSql({ devices: [1, 2], from: '2026-03-01', everyMinutes: 10, count });
    await write('one.parquet', days(100));
    await write('spare/other.parquet', days(50));
  });
  let replacing: Promise<void> | undefined;
  const app = await clusterApp(
    directory,
    {},
    {
      // After the listing and the footers; the statement that reads takes far longer than this.
      onStatement: ({ name }) => {
        if (name === 'table_columns') replacing ??= app.upload('one.parquet', 'spare/other.parquet');
      },
    },
  );
  await app.refresh();
  await replacing;
  expect(app.takeRuns().filter((run) => run === 'partials trino').length).toBeGreaterThan(1);
  expect(await app.ask('{ overview { totalRows } dataset { rolledUp } }')).toEqual({
    overview: { totalRows: 200 },
    dataset: { rolledUp: true },
  });
});

test('while the cluster is gone, the view before answers; what needs the cluster has a code', async () => {
  const directory = await folderOf('overlapping');
  const front = await startTrinoFront(inject('trinoUrl'));
  onTestFinished(() => front.close());
  const app = await clusterApp(directory, { TRINO_URL: front.url, STATEMENT_TIMEOUT_SECONDS: '20' });
  await app.refresh();
  const before = await app.ask(`${OVERVIEW.slice(0, -1)} dataset { version rolledUp } }`);

  front.down = true;
  const key = await anyKey(directory);
  await app.upload('new.parquet', key);
  await app.refresh();
  expect(await app.ask(`${OVERVIEW.slice(0, -1)} dataset { version rolledUp } }`)).toEqual(before);
  const { errors, status } = await app.post('{ histogram(metric: VOLTAGE) { bins { count } } }');
  expect(status).toBe(503);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['ENGINE_UNAVAILABLE']);
  expect(JSON.stringify(errors)).not.toContain(new URL(front.url).host);

  front.down = false;
  await app.refresh();
  const { dataset } = await app.ask<{ dataset: { version: string; rolledUp: boolean } }>(STATE);
  expect(dataset.rolledUp).toBe(true);
  expect(dataset.version).not.toBe((before as { dataset: { version: string } }).dataset.version);
  await app.ask('{ histogram(metric: VOLTAGE) { bins { count } } }');
});

test('a store that hangs when it is asked for its objects afterwards holds no answer past the deadline', async () => {
  const proxy = await startFaultProxy(inject('s3Endpoint'));
  onTestFinished(() => proxy.stop());
  const app = await clusterApp(await folderOf('plain'), {
    S3_ENDPOINT: proxy.endpoint,
    STATEMENT_TIMEOUT_SECONDS: '8',
    S3_TIMEOUT_SECONDS: '40',
  });
  await app.refresh();
  proxy.fault = ({ method }) => (method === 'HEAD' ? { kind: 'stall' } : undefined);
  const began = performance.now();
  const { errors } = await app.post('{ histogram(metric: VOLTAGE) { bins { count } } }');
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['STATEMENT_TIMEOUT']);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(app.takeRuns()).toContain('histogram trino');
  proxy.fault = undefined;
});

test('a table that is not there, or lacks columns, is told by its name, and found as soon as it is there', async () => {
  const app = await clusterApp(await folderOf('plain'));
  const table = `lake.telemetry."${app.bucket}"`;
  await executeOn(inject('trinoUrl'), `DROP TABLE ${table}`);
  await app.refresh();
  const { errors } = await app.post(OVERVIEW);
  expect(errors).toMatchObject([
    {
      message: `expected the table lake.telemetry.${app.bucket} on the cluster, but there is none; npm run trino:register makes it`,
      extensions: { code: 'ENGINE_UNAVAILABLE' },
    },
  ]);
  const create = (columns: string) =>
    executeOn(
      inject('trinoUrl'),
      `CREATE TABLE ${table} (device_id varchar, "timestamp" timestamp(6), voltage double${columns})
        WITH (external_location = 's3://${app.bucket}/telemetry/', format = 'PARQUET')`,
    );
  await create('');
  await app.refresh();
  expect((await app.post(OVERVIEW)).errors).toMatchObject([
    {
      message: `expected the columns device_id, timestamp, voltage, temperature, soc in lake.telemetry.${app.bucket}, but it has no temperature, soc`,
      extensions: { code: 'ENGINE_UNAVAILABLE' },
    },
  ]);
  await executeOn(inject('trinoUrl'), `DROP TABLE ${table}`);
  await create(', temperature double, soc double');
  await app.refresh();
  expect(await app.ask(STATE)).toMatchObject({ dataset: { rolledUp: true } });
});

test('after a restart while the cluster is gone, the kept rollups answer', async () => {
  const directory = await folderOf('overlapping');
  const state = await temporaryFolder();
  const first = await clusterApp(directory, { STATE_DIR: state });
  await first.refresh();
  const answer = await first.ask(OVERVIEW);
  await first.close();
  const front = await startTrinoFront(inject('trinoUrl'));
  onTestFinished(() => front.close());
  front.down = true;
  const environment = { ...(await environmentOf(first.bucket)), STATE_DIR: state, TRINO_URL: front.url };
  const second = await startApp(environment);
  onTestFinished(() => second.close());
  expect(await second.ask(OVERVIEW)).toEqual(answer);
  expect(await second.ask(STATE)).toMatchObject({ dataset: { rolledUp: true } });
});

test('replicas with rollups of their own give the same answers under the same version', async () => {
  const directory = await folderOf('overlapping');
  const first = await clusterApp(directory);
  const second = await startApp({ ...(await environmentOf(first.bucket)), RESPONSE_CACHE_MAX_BYTES: '0' });
  onTestFinished(() => second.close());
  const document = `{ dataset { version rolledUp } dailySummaries { deviceId date avgVoltage } devices { edges { cursor node { avgSoc } } } }`;
  const answers = async () => {
    await Promise.all([first.refresh(), second.refresh()]);
    const [one, other] = await Promise.all([
      first.ask<{ dataset: { version: string } }>(document),
      second.ask(document),
    ]);
    expect(other).toEqual(one);
    return one.dataset.version;
  };
  const before = await answers();
  await first.upload('new.parquet', await anyKey(directory));
  expect(await answers()).not.toBe(before);
});

test('the cluster’s list of queries names the request', async () => {
  const app = await clusterApp(await folderOf('plain'));
  await app.refresh();
  const response = await app.get('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'request-of-mine' },
    body: JSON.stringify({ query: '{ histogram(metric: VOLTAGE) { bins { count } } }' }),
  });
  expect(response.status).toBe(200);
  const queries = await (
    await fetch(`${inject('trinoUrl')}/v1/query`, { headers: { 'x-trino-user': 'tests' } })
  ).json();
  const tagged = queries.filter((query: { session: { clientTags: string[] } }) =>
    query.session.clientTags.includes('request-of-mine'),
  );
  expect(tagged.length).toBeGreaterThan(0);
});

async function environmentOf(bucket: string): Promise<Record<string, string>> {
  const store = s3Store(inject('s3Endpoint'));
  return {
    S3_BUCKET: bucket,
    S3_ENDPOINT: store.endpoint,
    AWS_REGION: store.region,
    ENGINE: 'trino',
    TRINO_URL: inject('trinoUrl'),
    TRINO_CATALOG: 'lake',
    TRINO_SCHEMA: 'telemetry',
    TRINO_TABLE: bucket,
    TRINO_MIN_SCAN_BYTES: '0',
    REFRESH_SECONDS: '86400',
  };
}

/** The key of one of its objects. */
async function anyKey(directory: string): Promise<string> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const file = found.find((entry) => entry.isFile());
  return path.relative(directory, path.join(file?.parentPath ?? '', file?.name ?? ''));
}
