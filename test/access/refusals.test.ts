import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import { requireBuilt, requireReadings, Scanner } from '../../src/dataset/scanner.ts';
import { inScope } from '../../src/dataset/view.ts';
import { DatasetChangedError, DatasetEmptyError, ForbiddenError, WarmingUpError } from '../../src/errors.ts';
import { watchDataset } from '../dataset/watched-dataset.ts';
import { startEngine } from '../engine/start-engine.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { startScanningApp } from '../support/fleet-apps.ts';
import { loadTexts } from '../support/own-queries.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';
import { FOREIGN, SCOPE, writeForeignBucket } from './foreign-bucket.ts';
import { PATHS, QUERIES } from './questions.ts';

const headers = headersFor(SCOPE);

test('queries on whole objects are refused in every format, and stay listed', async () => {
  const app = await appWithQueries(PATHS, { viewerOf: viewerOfHeader });
  await app.refresh();
  for (const name of Object.keys(PATHS).map((file) => file.replace('.sql', ''))) {
    for (const extension of ['', '.json', '.csv', '.ndjson', '.parquet', '.arrow']) {
      const url = `/queries/${name}${extension}`;
      expect((await app.get(url)).status, url).toBe(200);
      const refused = await app.get(url, { headers });
      expect([refused.status, (await refused.json()).code], url).toEqual([403, 'FORBIDDEN']);
    }
  }
  for (const document of [
    '{ fromPaths { rows { n } } pathList { rows { n } } }',
    '{ namedQueryTable(name: "from_paths") { rows } }',
    '{ namedQueryTable(name: "path_list") { rows } }',
  ]) {
    const url = `/graphql?query=${encodeURIComponent(document)}`;
    expect((await app.get(url)).status, document).toBe(200);
    const response = await app.get(url, { headers });
    const { data, errors } = await response.json();
    expect([response.status, data], document).toEqual([403, null]);
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
  }
  const named = '{ namedQueries { name needsEveryDevice } }';
  const told = await (await app.get(`/graphql?query=${encodeURIComponent(named)}`, { headers })).json();
  expect(told.data.namedQueries).toEqual([
    { name: 'from_paths', needsEveryDevice: true },
    { name: 'path_list', needsEveryDevice: true },
  ]);
  const fields = '{ __schema { queryType { fields { name description } } } }';
  const listed = await (await app.get(`/graphql?query=${encodeURIComponent(fields)}`, { headers })).json();
  expect(listed.data.__schema.queryType.fields).toContainEqual({
    name: 'fromPaths',
    description: expect.stringContaining('Only for who may see every device'),
  });
  expect(await app.executeQuery('from_paths')).toHaveLength(1);
});

test.each([
  ['SELECT 1 AS a FROM {{TELEMETRY}}, unnest([1]) AS u(x), range(2) AS r(y)', false],
  ['SELECT * FROM {{DEVICES}}', false],
  ['SELECT 1 AS a FROM {{TELEMETRY}} -- not {{S3_PATH}}', false],
  ['SELECT 1 AS a FROM {{TELEMETRY}}, read_parquet({{S3_PATH}})', true],
  ["PIVOT (SELECT device_id, 'a' AS one FROM {{TELEMETRY}}) ON one IN ('a') USING sum(1)", false],
])('%s: needs every device: %s', async (sql, needsEveryDevice) => {
  const { files, problems } = await loadTexts({ 'q.sql': sql });
  expect(problems).toEqual([]);
  expect(files[0]?.query.needsEveryDevice).toBe(needsEveryDevice);
});

test('every query of the tests that is not refused is one that a scope may ask', async () => {
  const { files } = await loadTexts(QUERIES);
  expect(files.filter(({ query }) => query.needsEveryDevice)).toEqual([]);
});

async function readerOver() {
  const directory = await temporaryFolder();
  await writeForeignBucket(directory);
  const { dataset, storage, view } = watchDataset(directory);
  const reader = new ObjectReader(await startEngine(), storage);
  return {
    directory,
    reader,
    scanner: new Scanner({ kept: reader, fresh: reader }, dataset),
    view: await view(),
  };
}

test('a statement on paths is refused where the objects are read, too', async () => {
  const { scanner, view } = await readerOver();
  const scan = { name: 'paths', sql: 'SELECT len({{ S3_PATH }}) AS n' };
  expect(await scanner.run(view, scan)).toEqual([{ n: 4 }]);
  await expect(scanner.run(inScope(view, SCOPE), scan)).rejects.toThrow(ForbiddenError);
  await expect(scanner.stream(inScope(view, SCOPE), scan).next()).rejects.toThrow(ForbiddenError);
});

test('objects that name a foreign device in their key are not opened, and ordinals are those of the view', async () => {
  const { directory, scanner, view } = await readerOver();
  const scan = { name: 'objects', sql: 'SELECT DISTINCT object_ordinal FROM {{TELEMETRY}} ORDER BY ALL' };
  const keys = view.entries.map(({ object }) => object.key);
  expect(keys).toEqual([
    'a.parquet',
    'b.parquet',
    `device_id=${FOREIGN}-hive/x.parquet`,
    'device_id=own-2/x.parquet',
  ]);
  await rm(path.join(directory, `device_id=${FOREIGN}-hive`), { recursive: true });
  expect(await scanner.run(inScope(view, SCOPE), scan)).toEqual([
    { object_ordinal: 0 },
    { object_ordinal: 3 },
  ]);
  await expect(scanner.run(view, scan)).rejects.toThrow(DatasetChangedError);
});

test('errors name objects to who sees every device only', async () => {
  const { directory, scanner, view } = await readerOver();
  await rm(path.join(directory, 'b.parquet'));
  const scan = { name: 'all', sql: 'SELECT count(*) AS n FROM {{TELEMETRY}}' };
  const failure = (scope: typeof SCOPE | null) =>
    scanner.run(inScope(view, scope), scan).catch((error: unknown) => error);
  expect(await failure(null)).toMatchObject({
    name: 'DatasetChangedError',
    message: expect.stringContaining('b.parquet'),
  });
  const shown = await failure(SCOPE);
  expect(shown).toBeInstanceOf(DatasetChangedError);
  expect(String(shown)).not.toContain('parquet');
});

test('nothing tells how much there is of others while there is nothing to answer from', async () => {
  const { view } = await readerOver();
  const empty = inScope({ ...view, entries: [] }, SCOPE);
  expect(() => requireReadings(empty)).toThrow(DatasetEmptyError);
  expect(() => requireReadings(empty)).not.toThrow(/\d/);
  expect(() => requireBuilt({ ...empty, warming: true })).toThrow(WarmingUpError);
  expect(() => requireBuilt({ ...empty, warming: true })).not.toThrow(/progress/);
});

test.each([
  ['rolledUp', startApp],
  ['scanning', startScanningApp],
] as const)('%s: dataset tells of the objects that hold readings of the scope', async (_way, start) => {
  const directory = await temporaryFolder();
  await writeForeignBucket(directory);
  const app: TestApp = await start(
    { DATA_DIR: directory, REFRESH_SECONDS: '86400' },
    { viewerOf: viewerOfHeader },
  );
  onTestFinished(() => app.close());
  await app.refresh();
  const document =
    '{ dataset { version isWhole objectCount bytes coverage progress { objects } quarantined { key } } }';
  const dataset = async (scope: typeof SCOPE | null) => {
    const url = `/graphql?query=${encodeURIComponent(document)}`;
    return (await (await app.get(url, { headers: headersFor(scope) })).json()).data.dataset;
  };
  const all = await dataset(null);
  const own = await dataset(SCOPE);
  expect([all.isWhole, all.objectCount, all.quarantined.length]).toEqual([true, 7, 3]);
  expect(own).toMatchObject({
    version: all.version,
    isWhole: false,
    objectCount: 2,
    coverage: 1,
    progress: null,
    quarantined: [{ key: 'device_id=own-broken/x.parquet' }],
  });
  expect(own.bytes).toBeLessThan(all.bytes);
  expect(await dataset({ ids: [], prefixes: ['none'] })).toMatchObject({
    isWhole: false,
    objectCount: 0,
    bytes: 0,
    quarantined: [],
  });
  expect((await readdir(directory)).length).toBeGreaterThan(0);
});
