import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { columnAdvice } from '../../src/cli/check/columns.ts';
import { distance } from '../../src/cli/check/distance.ts';
import type { Report } from '../../src/cli/check/report.ts';
import { telemetryApi } from '../support/cli.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 120_000 });

const check = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { code, stdout, stderr } = await telemetryApi(['check', '--json', ...args], {
    cwd: await temporaryFolder(),
    env,
  });
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as Report;
  expect(report.ok).toBe(code === 0);
  const of = (step: string) => report.steps.find((one) => one.step === step);
  return { code, report, of, mends: (step: string) => of(step)?.findings.map(({ mend }) => mend) };
};
const statuses = ({ steps }: Report) => Object.fromEntries(steps.map(({ step, status }) => [step, status]));
const READING = `'pack-1' AS device_id, TIMESTAMP '2026-01-01 00:00:00' AS "timestamp", 51.5 AS voltage, 20.5 AS temperature, 80.0 AS soc`;

test('a folder that is fine: every step, in words and as JSON', async () => {
  const data = await temporaryFolder();
  await datasets.dst(data);
  const facts = datasetFacts.dst;
  const { report, of } = await check(['--data-dir', data]);
  expect(statuses(report)).toEqual({
    settings: 'ok',
    folders: 'ok',
    listing: 'ok',
    objects: 'ok',
    reading: 'ok',
  });
  expect(of('listing')?.findings[0]?.found).toMatch(new RegExp(`^${facts.objects} Parquet objects \\(`));
  expect(of('objects')?.findings[0]?.found).toContain(`: ${facts.rows} rows; a footer takes `);
  expect(of('objects')?.findings[1]?.found).toMatch(/timestamp TIMESTAMP_MICROS.*taken as UTC/);
  expect(of('reading')?.findings[0]?.found).toMatch(
    /readings of \d+ devices, from .+Z to .+Z, in \d\.\d{3} s, from the folder/,
  );
  const { stdout } = await telemetryApi(['check', '--data-dir', data], { cwd: await temporaryFolder() });
  expect(stdout).toMatch(/^settings {5}ok {4}the folder /);
  expect(stdout).toMatch(/\nThe service can answer from this\.\n$/);
});

test('neither bucket nor folder: the sample, with a warning', async () => {
  const { code, report } = await check([]);
  expect(code).toBe(0);
  expect(statuses(report)).toEqual({ settings: 'ok', folders: 'ok', listing: 'warn' });
});

test('mistakes in settings are told all at once, and end the way only where the readings cannot be found', async () => {
  const data = await temporaryFolder();
  await datasets.dst(data);
  const open = await check(['--data-dir', data], { HOST: '0.0.0.0', METRICS_PORT: '9000' });
  expect(statuses(open.report)).toMatchObject({ settings: 'fail', reading: 'ok' });
  expect(open.of('settings')?.findings.filter(({ status }) => status === 'fail')).toHaveLength(2);
  const none = await check(['--data-dir', data, '--bucket', 'B']);
  expect(none.of('settings')?.findings).toHaveLength(2);
  expect(statuses(none.report)).toMatchObject({ settings: 'fail', listing: 'skipped', reading: 'skipped' });
});

test.each([
  ['a folder that is not there', async (data: string) => `${data}/gone`, /mend DATA_DIR/],
  ['an empty folder', async (data: string) => data, /names end in \.parquet$/],
  [
    'files of other names',
    async (data: string) => {
      await writeFile(path.join(data, 'readings.parq'), 'PAR1');
      return data;
    },
    /such as readings\.parq/,
  ],
])('%s', async (_, prepare, mend) => {
  const { code, of, mends, report } = await check(['--data-dir', await prepare(await temporaryFolder())]);
  expect(code).toBe(1);
  expect(of('listing')?.status).toBe('fail');
  expect(mends('listing')?.[0]).toMatch(mend);
  expect(statuses(report)).toMatchObject({ objects: 'skipped', reading: 'skipped' });
});

test('columns of other names and types: what to rename, add and write anew, object by object', async () => {
  const data = await temporaryFolder();
  await writeDataset(data, async (write) => {
    await write(
      'a.parquet',
      `SELECT 'p' AS "deviceId", now()::TIMESTAMP AS ts, 1.0 AS Volts, 2.0 AS temp, 3.0 AS state_of_charge`,
    );
    await write('b.parquet', `SELECT ${READING.replace('80.0 AS soc', '80.0 AS health')}`);
    await write('c.parquet', `SELECT ${READING.replace("TIMESTAMP '2026-01-01 00:00:00'", "'2026-01-01'")}`);
  });
  await writeFile(path.join(data, 'd.parquet'), 'this is no Parquet file');
  const bad = await check(['--data-dir', data]);
  expect(bad.code).toBe(1);
  expect(bad.of('objects')?.findings.map(({ found }) => found.slice(0, 9))).toEqual([
    'a.parquet',
    'b.parquet',
    'c.parquet',
    '1 more re',
  ]);
  expect(bad.mends('objects')?.slice(0, 3)).toEqual([
    'rename deviceid to device_id, ts to timestamp, volts to voltage, temp to temperature, state_of_charge to soc',
    'add soc',
    expect.stringMatching(/^write it again with text, a UUID or a whole number as device_id, a timestamp/),
  ]);
  // One that is good is enough to answer from: the others become warnings.
  await writeDataset(data, (write) => write('e.parquet', `SELECT ${READING}`));
  const some = await check(['--data-dir', data]);
  expect(some.code).toBe(0);
  expect(statuses(some.report)).toMatchObject({ objects: 'warn', reading: 'ok' });
});

test('some objects that are broken are a warning: the service leaves them out', async () => {
  const data = await temporaryFolder();
  await datasets.broken(data);
  const { report } = await check(['--data-dir', data, '--objects', '1000']);
  expect(statuses(report)['objects']).toBe('warn');
});

test('times in the future look like local ones', async () => {
  const data = await temporaryFolder();
  await writeDataset(data, (write) =>
    write(
      'a.parquet',
      `SELECT ${READING.replace("TIMESTAMP '2026-01-01 00:00:00'", "(now() AT TIME ZONE 'UTC')::TIMESTAMP + INTERVAL 2 HOUR")}`,
    ),
  );
  const { code, of, mends } = await check(['--data-dir', data]);
  expect([code, of('reading')?.status]).toEqual([0, 'warn']);
  expect(of('reading')?.findings[1]?.found).toMatch(/2\.0 h later than the object itself/);
  expect(mends('reading')?.[1]).toContain('write times in UTC');
});

test('a folder for state that cannot be made is told before anything is read', async () => {
  const data = await temporaryFolder();
  await datasets.dst(data);
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const { code, of } = await check(['--data-dir', data], { STATE_DIR: path.join(file, 'state') });
  expect(code).toBe(1);
  expect(of('folders')?.findings[0]).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('STATE_DIR: expected a folder'),
  });
  expect(of('reading')?.status).toBe('ok');
});

test('it leaves nothing behind, and takes no lock of a service that runs', async () => {
  const data = await temporaryFolder();
  await datasets.dst(data);
  const state = path.join(await temporaryFolder(), 'state');
  await mkdir(state);
  await check(['--data-dir', data], { STATE_DIR: state });
  expect(await readdir(state)).toEqual(['spill']);
});

test.each([
  ['ts', 'timestamp'],
  ['time_stamp', 'timestamp'],
  ['tempreature', 'temperature'],
  ['vin', 'device_id'],
])('%s may be what is called %s', (column, needed) => {
  expect(columnAdvice(new Map([[column, 'STRING']]), 'a.parquet')).toContain(`${column} to ${needed}`);
});

test('a column of another meaning is not offered', () => {
  const advice = columnAdvice(
    new Map([
      ['city', 'STRING'],
      ['row', 'INT_64'],
    ]),
    'a.parquet',
  );
  expect(advice).toBe('add device_id, timestamp, voltage, temperature, soc');
  expect(columnAdvice(new Map([['city', 'STRING']]), 'device_id=a/x.parquet')).not.toContain('device_id');
});

test('edits from one text to another', () => {
  expect([distance('', 'abc'), distance('kitten', 'sitting'), distance('same', 'same')]).toEqual([3, 3, 0]);
});
