import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet } from '../../src/sample/fleet.ts';
import { generateSample, SAMPLE_DEFAULTS } from '../../src/sample/generate-sample.ts';
import { queryRows } from '../support/query-parquet.ts';

let parent: string;
let readings: string;

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'telemetry-sample-'));
  const directory = path.join(parent, 'sample');
  await generateSample({ directory, ...SAMPLE_DEFAULTS, end: new Date('2026-03-31T00:00:00Z') });
  readings = `read_parquet('${directory}/*/*.parquet', hive_partitioning = false)`;
});

afterAll(() => rm(parent, { recursive: true, force: true }));

const one = async (select: string) => (await queryRows(`SELECT ${select} FROM ${readings}`))[0] ?? {};
const number = async (expression: string, where = 'true') =>
  Number((await one(`(${expression})::DOUBLE AS value FROM ${readings} WHERE ${where} --`))['value']);

const deviceOf = (trait: string) =>
  createFleet(SAMPLE_DEFAULTS.devices, SAMPLE_DEFAULTS.seed).find((device) => device.trait === trait)
    ?.deviceId;

test('the columns are those of telemetry', async () => {
  const rows = await queryRows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${readings})`);
  expect(rows.map((row) => `${row['column_name']} ${row['column_type']}`)).toEqual([
    'device_id VARCHAR',
    'timestamp TIMESTAMP',
    'voltage DOUBLE',
    'temperature DOUBLE',
    'soc DOUBLE',
  ]);
});

test('about a million readings of 24 devices in the days asked for, none twice', async () => {
  const row = await one(`
    count(*)::INT AS readings, count(DISTINCT device_id)::INT AS devices, min("timestamp")::DATE AS first_day,
    max("timestamp")::DATE AS last_day, count(DISTINCT (device_id, "timestamp"))::INT AS distinct_readings`);
  expect(row).toMatchObject({ devices: 24, first_day: '2026-03-01', last_day: '2026-03-30' });
  expect(row['readings']).toBeGreaterThan(990_000);
  expect(row['readings']).toBeLessThan(24 * 30 * 1440);
  expect(row['distinct_readings']).toBe(row['readings']);
});

test('values stay within what a 14s pack can have', async () => {
  const row = await one(`
    min(soc) AS min_soc, max(soc) AS max_soc, min(voltage) AS min_voltage, max(voltage) AS max_voltage,
    min(temperature) AS min_temperature, max(temperature) AS max_temperature`);
  expect(row['min_soc']).toBeGreaterThanOrEqual(0);
  expect(row['max_soc']).toBeLessThanOrEqual(100);
  expect(row['min_voltage']).toBeGreaterThan(42);
  expect(row['max_voltage']).toBeLessThanOrEqual(58);
  expect(row['min_temperature']).toBeGreaterThan(-10);
  expect(row['max_temperature']).toBeLessThan(65);
});

test('voltage rises with the charge', async () => {
  expect(await number('corr(voltage, soc)')).toBeGreaterThan(0.9);
});

test('every device charges and discharges again and again, in its own rhythm', async () => {
  const rows = await queryRows(`
    SELECT device_id, count(*) FILTER (level < lag) AS falls, count(*) FILTER (level > lag) AS rises
    FROM (
      SELECT device_id, level, lag(level) OVER (PARTITION BY device_id ORDER BY hour) AS lag
      FROM (SELECT device_id, time_bucket(INTERVAL 1 HOUR, "timestamp") AS hour, avg(soc) AS level
            FROM ${readings} GROUP BY ALL)
    )
    GROUP BY device_id`);
  expect(rows).toHaveLength(24);
  for (const row of rows) {
    expect(Number(row['rises']), String(row['device_id'])).toBeGreaterThan(60);
    expect(Number(row['falls']), String(row['device_id'])).toBeGreaterThan(Number(row['rises']));
  }
  expect(new Set(rows.map((row) => row['rises'])).size).toBeGreaterThan(4);
});

test('it is warmer in the afternoon than before dawn', async () => {
  const afternoon = await number('avg(temperature)', 'hour("timestamp") BETWEEN 13 AND 16');
  const night = await number('avg(temperature)', 'hour("timestamp") BETWEEN 1 AND 4');
  expect(afternoon - night).toBeGreaterThan(5);
});

test('some metrics are missing, but few', async () => {
  for (const metric of ['voltage', 'temperature', 'soc']) {
    const missing = await number('count(*)', `${metric} IS NULL`);
    expect(missing, metric).toBeGreaterThan(50);
    expect(missing, metric).toBeLessThan(2_000);
  }
});

test('hours are missing here and there', async () => {
  const gaps = await queryRows(`
    SELECT device_id, minutes FROM (
      SELECT device_id, date_diff('minute', lag("timestamp") OVER (PARTITION BY device_id ORDER BY "timestamp"), "timestamp") AS minutes
      FROM ${readings})
    WHERE minutes > 1`);
  expect(new Set(gaps.map((gap) => gap['device_id'])).size).toBeGreaterThan(12);
  for (const gap of gaps) {
    expect(Number(gap['minutes'])).toBeGreaterThanOrEqual(60);
    expect(Number(gap['minutes'])).toBeLessThan(12 * 60);
  }
});

test('one device fell silent days ago, one runs hot, one is hardly ever charged', async () => {
  const silent = await queryRows(`
    SELECT device_id FROM ${readings} GROUP BY device_id
    HAVING max("timestamp") < TIMESTAMP '2026-03-31' - INTERVAL 4 DAY`);
  expect(silent).toEqual([{ device_id: deviceOf('silent') }]);
  const hot = await queryRows(
    `SELECT device_id FROM ${readings} GROUP BY device_id HAVING max(temperature) > 45`,
  );
  expect(hot).toEqual([{ device_id: deviceOf('hot') }]);
  const low = await queryRows(`SELECT device_id FROM ${readings} GROUP BY device_id HAVING max(soc) < 30`);
  expect(low).toEqual([{ device_id: deviceOf('low') }]);
});
