import { afterAll, beforeAll, expect, test } from 'vitest';
import { DeltaLog } from '../../../src/dataset/delta/delta-log.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { add, LogFolder, lines, metaData, PROTOCOL, padded, remove } from './log-folder.ts';

let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(() => server.stop());

async function table(): Promise<{ folder: LogFolder; log: DeltaLog }> {
  const folder = await LogFolder.create(server);
  return { folder, log: new DeltaLog(folder.storage) };
}

async function keysOf(log: DeltaLog): Promise<string[]> {
  return [...(await log.current()).keys].toSorted();
}

/** A row of a checkpoint that adds a file, with statistics that nobody needs here. */
const ADDED = (names: string) => `SELECT
  {path: name, partitionValues: MAP {'date': '2026-03-01'}, size: 1, stats: '{"numRecords":1}', deletionVector:
    NULL::STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT),
    stats_parsed: {numRecords: 1, minValues: {voltage: 1.5}}} AS add,
  NULL::STRUCT(path VARCHAR) AS remove,
  NULL::STRUCT(id VARCHAR, schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR)) AS metaData,
  NULL::STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[]) AS protocol
FROM (${names}) AS files(name)`;
const REST = `
UNION ALL SELECT NULL, {path: 'removed'}, NULL, NULL
UNION ALL SELECT NULL, NULL, {id: 'one', schemaString: '{}', partitionColumns: ['date'], configuration: MAP {}}, NULL
UNION ALL SELECT NULL, NULL, NULL, {minReaderVersion: 1, minWriterVersion: 2, readerFeatures: NULL}`;

test('commits say which files there are; after the first time only new ones are read', async () => {
  const { folder, log } = await table();
  await folder.commit(0, PROTOCOL, metaData());
  await folder.commit(1, add('a'), add('b'));
  await folder.commit(2, remove('a'), add('c'));
  expect(await log.current()).toMatchObject({ version: 2, keys: new Set(['b', 'c']) });
  expect(folder.reads.toSorted()).toEqual([0, 1, 2].map((version) => `${padded(version)}.json`));

  folder.reads.length = 0;
  const before = await log.current();
  expect(await log.current()).toBe(before);
  expect(folder.reads).toEqual([]);

  for (let version = 3; version < 13; version++) await folder.commit(version, add(`v${version}`));
  await folder.commit(13, remove('v3'), remove('b'));
  expect(await keysOf(log)).toEqual(['c', ...[4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => `v${n}`)].toSorted());
  expect(folder.reads).toHaveLength(11);
  expect(before.keys).toEqual(new Set(['b', 'c']));
});

test('paths are percent-encoded, relative, or absolute within the table', async () => {
  const { folder, log } = await table();
  await folder.commit(
    0,
    PROTOCOL,
    metaData(),
    add('date=2026-03-01/a%20b%2525.parquet'),
    add(`${folder.location}whole%C3%BC.parquet`),
    add(`${folder.location.replace('s3:', 's3a:')}hadoop.parquet`),
  );
  expect(await keysOf(log)).toEqual(['date=2026-03-01/a b%25.parquet', 'hadoop.parquet', 'wholeü.parquet']);
});

test.each(['snappy', 'zstd', 'gzip', 'brotli'])(
  'a checkpoint in %s, and the commits after it',
  async (compression) => {
    const { folder, log } = await table();
    const names = "SELECT 'f' || i FROM range(25000) AS r(i)";
    await folder.checkpoint(`${padded(10)}.checkpoint.parquet`, ADDED(names) + REST, compression);
    await folder.commit(10, add('not read'));
    await folder.commit(11, remove('f7'), add('g'));
    const { version, keys } = await log.current();
    expect(version).toBe(11);
    expect(keys.size).toBe(25_000);
    expect([keys.has('f6'), keys.has('f7'), keys.has('g'), keys.has('removed')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(folder.reads).not.toContain(`${padded(10)}.json`);
  },
);

test('a checkpoint in parts counts when all of them are there', async () => {
  const { folder, log } = await table();
  await folder.commit(0, PROTOCOL, metaData(), add('a'));
  await folder.commit(1, add('b'));
  const part = (version: number, number: number) =>
    `${padded(version)}.checkpoint.${String(number).padStart(10, '0')}.0000000002.parquet`;
  await folder.checkpoint(part(1, 1), `${ADDED("SELECT 'a'")}${REST}`);
  expect(await keysOf(log)).toEqual(['a', 'b']);
  await folder.checkpoint(part(1, 2), ADDED("SELECT 'b'"));
  await folder.remove(`${padded(0)}.json`);
  expect(await keysOf(new DeltaLog(folder.storage))).toEqual(['a', 'b']);
});

test('a checkpoint of the second edition names the files that hold it', async () => {
  const { folder, log } = await table();
  await folder.put(
    `${padded(4)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`,
    lines([
      { checkpointMetadata: { version: 4 } },
      { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['v2Checkpoint'] } },
      metaData(),
      { sidecar: { path: 'one.parquet', sizeInBytes: 1, modificationTime: 1 } },
    ]),
  );
  await folder.commit(4, add('not read'));
  await expect(log.current()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await folder.checkpoint('_sidecars/one.parquet', ADDED("SELECT 'a' UNION ALL SELECT 'b'"));
  expect(await keysOf(log)).toEqual(['a', 'b']);
});

test('a log that was begun anew is read anew', async () => {
  const { folder, log } = await table();
  await folder.commit(0, PROTOCOL, metaData(), add('a'));
  await folder.commit(1, add('b'));
  expect(await keysOf(log)).toEqual(['a', 'b']);
  await folder.remove(`${padded(1)}.json`);
  await folder.commit(0, PROTOCOL, metaData(), add('other'));
  expect(await keysOf(log)).toEqual(['other']);
  await folder.commit(0, PROTOCOL, metaData(), add('same number'));
  expect(await keysOf(log)).toEqual(['same number']);
});

test('a log that was cleaned up meanwhile is read from its checkpoint', async () => {
  const { folder, log } = await table();
  await folder.commit(0, PROTOCOL, metaData(), add('a'));
  expect(await keysOf(log)).toEqual(['a']);
  await folder.commit(3, add('c'));
  await folder.remove(`${padded(0)}.json`);
  await folder.checkpoint(`${padded(2)}.checkpoint.parquet`, ADDED("SELECT 'b'") + REST);
  expect(await keysOf(log)).toEqual(['b', 'c']);
});

test('a commit that is missing or damaged is an error, and over when it is mended', async () => {
  const { folder, log } = await table();
  await folder.commit(0, PROTOCOL, metaData(), add('a'));
  await folder.commit(2, add('c'));
  await expect(log.current()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(
      /^expected all commits of the Delta table at .*, but some of the versions up to 2/,
    ),
  });
  await folder.put(`${padded(1)}.json`, '{"add":{"path":');
  await expect(log.current()).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    message: `The log of the Delta table cannot be read: _delta_log/${padded(1)}.json is damaged or missing`,
  });
  await folder.commit(1, add('b'));
  expect(await keysOf(log)).toEqual(['a', 'b', 'c']);
  // Applied to half, and then read from the start.
  await folder.commit(3, remove('a'));
  await folder.put(`${padded(4)}.json`, '{"add":{"path":5}}');
  await expect(log.current()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await folder.commit(4, add('e'));
  expect(await keysOf(log)).toEqual(['b', 'c', 'e']);
});

test('a folder without a log is no Delta table', async () => {
  const { folder, log } = await table();
  await expect(log.current()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: `expected a Delta table at ${folder.location}, but there is no log in _delta_log/; S3_BUCKET and S3_PREFIX say where`,
  });
});

test('rows that deletion vectors delete are refused until the files are written anew', async () => {
  const { folder, log } = await table();
  const features = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'] };
  const deletionVector = {
    storageType: 'u',
    pathOrInlineDv: 'ab^-aqEH',
    offset: 4,
    sizeInBytes: 40,
    cardinality: 6,
  };
  await folder.commit(0, { protocol: features }, metaData(), add('a'), add('b'));
  expect(await keysOf(log)).toEqual(['a', 'b']);
  // In this order, too: they are two files for the log.
  await folder.commit(1, add('a', { deletionVector }), remove('a'));
  const refusal = {
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/of 1 of \d files rows are deleted by deletion vectors; OPTIMIZE writes/),
  };
  await expect(log.current()).rejects.toMatchObject(refusal);
  await expect(log.current()).rejects.toMatchObject(refusal);
  await folder.commit(2, remove('a', { deletionVector: { ...deletionVector, offset: 5 } }));
  await expect(log.current()).rejects.toMatchObject(refusal);
  await folder.commit(3, remove('a', { deletionVector }), add('c'));
  expect(await keysOf(log)).toEqual(['b', 'c']);
  // As Trino's OPTIMIZE writes it.
  await folder.commit(4, remove('b'), add('b', { deletionVector }));
  await expect(log.current()).rejects.toMatchObject(refusal);
  await folder.commit(5, add('d'), remove('b'));
  expect(await keysOf(log)).toEqual(['c', 'd']);
});

test.each([
  [
    'columns of other names',
    metaData([], { 'delta.columnMapping.mode': 'name' }),
    /delta\.columnMapping\.mode is name/,
  ],
  [
    'columns by number',
    metaData([], { 'delta.columnMapping.mode': 'id' }),
    /delta\.columnMapping\.mode is id/,
  ],
  [
    'a metric that is not in the files',
    metaData(['soc']),
    /column soc in the files, but the table is partitioned by it/,
  ],
  ['times that are not in the files', metaData(['date', 'timestamp']), /column timestamp in the files/],
  ['a protocol of the future', { protocol: { minReaderVersion: 4 } }, /needs readers of version 4/],
  [
    'a feature of the future',
    { protocol: { minReaderVersion: 3, readerFeatures: ['timestampNtz', 'catalogManaged'] } },
    /needs catalogManaged$/,
  ],
  [
    'a file elsewhere',
    add('s3://other/fleet/telemetry/a'),
    /all files of the table under s3:.*shallow clone/,
  ],
  ['a file of another store', add('abfss://x@y/fleet/telemetry/a'), /all files of the table under s3:/],
  ['a path that is no text', add('%ff'), /percent-encoded UTF-8/],
])('%s: refused, and read as soon as it is undone', async (_, action, message) => {
  const { folder, log } = await table();
  await folder.commit(0, PROTOCOL, metaData(), add('a'));
  await folder.commit(1, action);
  await expect(log.current()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(message),
  });
  await folder.commit(
    2,
    PROTOCOL,
    metaData(),
    ...('add' in action ? [remove(String((action['add'] as { path: string }).path))] : []),
  );
  expect(await keysOf(log)).toEqual(['a']);
});

test.each([
  ['in its folder', 'device_id=a%253Ab/x.parquet', 'a:b', true],
  ['elsewhere', 'x.parquet', 'a', false],
  ['in the folder of another', 'device_id=b/x.parquet', 'a', false],
  ['of no device', 'device_id=__HIVE_DEFAULT_PARTITION__/x.parquet', null, false],
])('a table that is partitioned by its devices: a file %s', async (_, path, device, isRead) => {
  const { folder, log } = await table();
  await folder.commit(
    0,
    PROTOCOL,
    metaData(['device_id']),
    add(path, { partitionValues: { device_id: device } }),
  );
  if (isRead) expect(await keysOf(log)).toEqual(['device_id=a%3Ab/x.parquet']);
  else await expect(log.current()).rejects.toThrow(/files in folders that name their device/);
});
