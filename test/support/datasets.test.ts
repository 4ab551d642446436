import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type Inspection,
  inspectObject,
  isQuarantined,
  type ManifestEntry,
} from '../../src/dataset/inspect.ts';
import { compareKeys } from '../../src/dataset/snapshot.ts';
import { telemetrySql } from '../../src/dataset/telemetry-sql.ts';
import { DuckDbEngine } from '../../src/engine/duckdb.ts';
import type { Row, SqlValue } from '../../src/engine/engine.ts';
import { LocalStorage } from '../../src/storage/local.ts';
import { localDays } from './datasets/dst.ts';
import { oddDeviceIds } from './datasets/odd-ids.ts';
import { type DatasetName, datasetFacts, datasets } from './datasets.ts';

/** Writes a data set and reads it back the way the service does, without the service's own queries. */
async function opened(name: DatasetName) {
  const directory = await mkdtemp(path.join(tmpdir(), `dataset-${name}-`));
  onTestFinished(() => rm(directory, { recursive: true }));
  await datasets[name](directory);
  const storage = new LocalStorage(directory);
  const objects = (await storage.list()).sort((one, other) => compareKeys(one.key, other.key));
  const inspections: Inspection[] = await Promise.all(
    objects.map((object) => inspectObject(storage, object)),
  );
  const unreadable = inspections.filter(isQuarantined).map(({ object }) => object.key);

  const engine = await DuckDbEngine.create({
    threads: 1,
    memoryBytes: 500e6,
    tempDirectory: path.join(directory, '.spill'),
    maxConcurrent: 1,
    maxQueued: 100,
    timeoutMs: 10_000,
  });
  onTestFinished(() => engine.close());
  const query = async (
    entries: readonly ManifestEntry[],
    select: string,
    params: Record<string, SqlValue> = {},
  ): Promise<Row[]> => {
    const telemetry = telemetrySql(
      entries,
      entries.map(({ object }) => path.join(directory, object.key)),
      null,
    );
    return engine.run({
      name: 'test',
      sql: select.replace('TELEMETRY', telemetry.sql),
      params: { ...telemetry.params, ...params },
    });
  };
  const readable: ManifestEntry[] = [];
  for (const entry of inspections.filter((inspection): inspection is ManifestEntry => 'rows' in inspection)) {
    const sum = await query([entry], 'SELECT sum(voltage + temperature + soc) FROM TELEMETRY').catch(
      () => undefined,
    );
    if (sum === undefined) unreadable.push(entry.object.key);
    else readable.push(entry);
  }
  return {
    objects,
    unreadable,
    readable,
    query: (select: string, params?: Record<string, SqlValue>) => query(readable, select, params),
  };
}

test.each(Object.keys(datasets) as DatasetName[])('%s holds what its facts promise', async (name) => {
  const { objects, unreadable, readable, query } = await opened(name);
  const [counts] = await query(
    'SELECT count(*) AS readings, count(DISTINCT device_id) AS devices FROM TELEMETRY',
  );
  const { readings, devices } = counts ?? {};
  const rows = readable.reduce((sum, entry) => sum + entry.rows, 0);
  const facts = datasetFacts[name];
  expect({ objects: objects.length, rows, readings, devices, quarantined: unreadable.sort() }).toEqual({
    objects: facts.objects,
    rows: facts.rows,
    readings: facts.readings,
    devices: facts.devices,
    quarantined: [...facts.quarantined].sort(),
  });
});

test('mixedSchemas gives every device the same day', async () => {
  const { query } = await opened('mixedSchemas');
  const rows = await query(`
    SELECT device_id, count(*) AS "readingCount", min("timestamp") AS "firstSeen", max("timestamp") AS "lastSeen",
      {avg: avg(voltage), min: min(voltage), max: max(voltage)} AS voltage,
      {avg: avg(temperature), min: min(temperature), max: max(temperature)} AS temperature,
      {avg: avg(soc), min: min(soc), max: max(soc)} AS soc
    FROM TELEMETRY GROUP BY device_id`);
  const { deviceIds, everyDevice } = datasetFacts.mixedSchemas;
  expect(rows.map((row) => row['device_id']).sort()).toEqual([...deviceIds].sort());
  for (const { device_id, ...summary } of rows) expect(summary, String(device_id)).toEqual(everyDevice);
});

test('missingValues counts only what is finite', async () => {
  const { query } = await opened('missingValues');
  const [row] = await query(`
    SELECT count(*) AS "readingCount", min("timestamp") AS "firstSeen", max("timestamp") AS "lastSeen",
      {count: count(voltage), avg: avg(voltage), min: min(voltage), max: max(voltage)} AS voltage,
      {count: count(temperature), avg: avg(temperature), min: min(temperature), max: max(temperature)} AS temperature,
      {count: count(soc), avg: avg(soc), min: min(soc), max: max(soc)} AS soc
    FROM TELEMETRY WHERE device_id = 'partly'`);
  const { latest, ...summary } = datasetFacts.missingValues.partly;
  expect(row).toEqual(summary);
  const [last] = await query(`
    SELECT "timestamp", voltage, temperature, soc FROM TELEMETRY
    WHERE device_id = 'partly' ORDER BY "timestamp" DESC LIMIT 1`);
  expect(last).toEqual(latest);
});

test('equalTimestamps has one latest row for each device', async () => {
  const { query } = await opened('equalTimestamps');
  const rows = await query(`
    SELECT device_id, "timestamp", voltage, temperature, soc FROM TELEMETRY
    QUALIFY row_number() OVER (
      PARTITION BY device_id ORDER BY "timestamp" DESC, object_ordinal DESC, row_number DESC) = 1`);
  expect(Object.fromEntries(rows.map(({ device_id, ...row }) => [device_id, row]))).toEqual(
    datasetFacts.equalTimestamps.latest,
  );
});

test('oddIds keeps every id apart, byte for byte', async () => {
  const { query } = await opened('oddIds');
  const rows = await query('SELECT device_id FROM TELEMETRY GROUP BY ALL ORDER BY min(voltage)');
  expect(rows.map((row) => row['device_id'])).toEqual(oddDeviceIds);
});

test('the facts about local days agree with the time zone database', async () => {
  const { query } = await opened('dst');
  for (const { deviceId, timeZone, date, readings } of localDays) {
    const [row] = await query(
      `SELECT count(*) AS readings FROM TELEMETRY
       WHERE device_id = $device AND ("timestamp" AT TIME ZONE 'UTC' AT TIME ZONE $zone)::DATE = $date::DATE`,
      { device: deviceId, zone: timeZone, date },
    );
    expect(row, `${timeZone} ${date}`).toEqual({ readings });
  }
});

test('hivePartitioned takes the device from the column, else from the key', async () => {
  const { query } = await opened('hivePartitioned');
  const rows = await query('SELECT device_id, count(*) AS readings FROM TELEMETRY GROUP BY ALL');
  expect(Object.fromEntries(rows.map((row) => [row['device_id'], row['readings']]))).toEqual(
    datasetFacts.hivePartitioned.readingsByDevice,
  );
});
