import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseOptions } from '../../src/cli/generate/options.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { telemetryApi } from '../support/cli.ts';
import { queryRows } from '../support/query-parquet.ts';
import { startS3Server } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 120_000 });

const NOW = new Date('2026-03-31T12:34:56Z');

/** `readings` does not divide by the devices, nor the days by the readings of a device. */
const SMALL = ['--readings', '10007', '--devices', '7', '--days', '4', '--end', '2026-03-31'];

const generate = (args: readonly string[], env: Record<string, string> = {}) =>
  telemetryApi(['generate', ...args], { env });

const summary = (files: string) =>
  queryRows(`
    SELECT count(*)::INT AS readings, count(DISTINCT (device_id, "timestamp"))::INT AS distinct_readings,
      count(DISTINCT device_id)::INT AS devices, min("timestamp")::DATE AS first_day, max("timestamp")::DATE AS last_day
    FROM read_parquet('${files}', hive_partitioning = false)`);

const EXPECTED = [
  {
    readings: 10_007,
    distinct_readings: 10_007,
    devices: 7,
    first_day: '2026-03-27',
    last_day: '2026-03-30',
  },
];

test('writes exactly the readings asked for, in slices of time, by device and time', async () => {
  const out = path.join(await temporaryFolder(), 'out');
  const { stdout, stderr } = await generate([...SMALL, '--objects', '5', '--out', out]);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^5\/5 {2}part_\d{3}\.parquet/m);
  expect(stderr).toContain(`10,007 readings in 5 objects`);
  expect((await readdir(out)).sort()).toEqual([1, 2, 3, 4, 5].map((part) => `part_00${part}.parquet`));
  expect(await summary(`${out}/*.parquet`)).toEqual(EXPECTED);

  const overlaps = await queryRows(`
    SELECT * FROM (
      SELECT first, lag(last) OVER (ORDER BY first) AS before
      FROM (SELECT min("timestamp") AS first, max("timestamp") AS last
            FROM read_parquet('${out}/*.parquet') GROUP BY filename))
    WHERE first <= before`);
  expect(overlaps).toEqual([]);
  const disorder = await queryRows(`
    SELECT * FROM (
      SELECT (device_id, "timestamp") AS place, lag(place) OVER (PARTITION BY filename ORDER BY file_row_number) AS before
      FROM read_parquet('${out}/*.parquet', file_row_number = true))
    WHERE place <= before`);
  expect(disorder).toEqual([]);
});

test('the same seed gives the same readings, whatever the number of objects', async () => {
  const parent = await temporaryFolder();
  await generate([...SMALL, '--objects', '4', '--out', `${parent}/a`]);
  await generate([...SMALL, '--objects', '8', '--layout', 'hive', '--out', `${parent}/b`]);
  expect(await readdir(`${parent}/a`)).toContain('day_001.parquet');
  expect((await readdir(`${parent}/b`, { recursive: true })).sort()).toContain(
    'date=2026-03-30/part-1.parquet',
  );
  const contents = (files: string) =>
    queryRows(`
    SELECT device_id, "timestamp", voltage, temperature, soc
    FROM read_parquet('${files}', hive_partitioning = false) ORDER BY ALL`);
  expect(await contents(`${parent}/b/*/*.parquet`)).toEqual(await contents(`${parent}/a/*.parquet`));

  const misplaced = await queryRows(`
    SELECT count(*)::INT AS readings FROM read_parquet('${parent}/b/*/*.parquet', hive_partitioning = true)
    WHERE "timestamp"::DATE <> date`);
  expect(misplaced).toEqual([{ readings: 0 }]);
});

test('uploads to a bucket below the prefix', async () => {
  const server = await startS3Server();
  onTestFinished(() => server.stop());
  const place = ['--bucket', 'load', '--prefix', 'a/b/', '--endpoint', server.endpoint];
  const credentials = {
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const upload = (...more: string[]) =>
    generate([...SMALL, '--objects', '2', ...place, ...more], credentials);
  const missing = await upload();
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringMatching(/^STORAGE_NOT_FOUND: Bucket load .+ does not exist; --create-bucket makes it/m),
  ]);
  const { code, stderr } = await upload('--create-bucket', '--if-empty');
  expect([code, stderr]).toEqual([0, expect.stringContaining('s3://load/a/b/')]);
  const again = await upload('--create-bucket', '--if-empty');
  expect([again.code, again.stderr]).toEqual([
    0,
    'Nothing to do: there are Parquet objects in s3://load/a/b/\n',
  ]);
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket: 'load' }));
  expect(Contents.map(({ Key }) => Key)).toEqual(['a/b/part_001.parquet', 'a/b/part_002.parquet']);
  expect(Contents.every(({ Size = 0 }) => Size > 10_000)).toBe(true);
}, 150_000);

test('a mistake ends with 2 and a list of what was expected and what came', async () => {
  const { code, stdout, stderr } = await generate(['--readings', 'many', '--layout', 'tar']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('- --readings: expected a whole number from 1 to 100000000000, but got: many');
  expect(stderr).toContain('- --layout: expected day or hive, but got: tar');
});

test('defaults are 50 million readings that end at the last midnight', () => {
  expect(parseOptions({ bucket: 'load' }, NOW)).toEqual({
    readings: 50_000_000,
    devices: 200,
    days: 30,
    end: new Date('2026-03-31T00:00:00Z'),
    objects: 30,
    layout: 'day',
    precision: 'sensor',
    seed: 1,
    destination: {
      kind: 'bucket',
      bucket: 'load',
      prefix: 'telemetry/',
      endpoint: undefined,
      region: undefined,
      create: false,
    },
    ifEmpty: false,
  });
});

test.each([
  [{}, ['expected one of --out and --bucket, but got neither']],
  [{ out: 'a', bucket: 'b' }, ['expected one of --out and --bucket, but got both']],
  [
    { out: 'a', prefix: 'p/', endpoint: 'http://s3', region: 'r', createBucket: true },
    [
      '--prefix: expected together with --bucket, but got it without',
      '--endpoint: expected together with --bucket, but got it without',
      '--region: expected together with --bucket, but got it without',
      '--create-bucket: expected together with --bucket, but got it without',
    ],
  ],
  [
    { out: 'a', days: '0', seed: '1.5', objects: '' },
    [
      '--days: expected a whole number from 1 to 36500, but got: 0',
      '--objects: expected a whole number from 1 to 1000000, but got: ',
      '--seed: expected a whole number from 0 to 9007199254740991, but got: 1.5',
    ],
  ],
  [{ out: '' }, ['--out: expected a value, but got an empty one']],
  [{ out: 'a', end: '31.3.2026' }, ['--end: expected a date like 2026-01-31, but got: 31.3.2026']],
  [{ bucket: 'b', endpoint: 's3' }, ['--endpoint: expected a URL like http://127.0.0.1:9000, but got: s3']],
  [
    { out: 'a', layout: 'hive', objects: '31' },
    ['--objects: expected a multiple of the 30 days with --layout hive, but got: 31'],
  ],
  [
    { out: 'a', readings: '100' },
    ['--readings: expected at least one for each device in each object (6000), but got: 100'],
  ],
  [
    { out: 'a', devices: '1', days: '1', readings: '100000000' },
    ['--readings: expected at most one for each device and millisecond, but got: 100000000'],
  ],
])('%j is refused', (flags, problems) => {
  expect(() => parseOptions(flags, NOW)).toThrow(UsageError);
  try {
    parseOptions(flags, NOW);
  } catch (error) {
    expect(error).toMatchObject({ problems });
  }
});
