import { expect, test } from 'vitest';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import { Scanner } from '../../src/dataset/scanner.ts';
import { startEngine } from '../engine/start-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { watchDataset, write } from './watched-dataset.ts';

const INSTANTS = [
  "'-infinity'",
  "'0001-01-02 23:59:59.999999'",
  "'0001-01-03 00:00:00'",
  "'1969-12-31 23:59:59.999999'",
  "'1970-01-01 00:00:00'",
  "'2026-03-29 01:30:00.000001'",
  "'9999-12-29 00:00:00'",
  "'9999-12-29 00:00:00.000001'",
  "'infinity'",
  'NULL',
];

async function scannerOver(types: readonly string[], isWanted = (_instant: string) => true) {
  const directory = await temporaryFolder();
  await write(directory, async (one) => {
    for (const type of types) {
      const rows = INSTANTS.filter(isWanted)
        .map((instant) => `(CAST(${instant} AS ${type}))`)
        .join(', ');
      await one(
        `${type}.parquet`,
        `SELECT '${type}' AS device_id, "timestamp", 50 AS voltage, 20 AS temperature, 60 AS soc
         FROM (VALUES ${rows}) AS instants("timestamp")`,
      );
    }
  });
  const engine = await startEngine();
  const { dataset, storage, view } = watchDataset(directory);
  const reader = new ObjectReader(engine, storage);
  return { scanner: new Scanner({ kept: reader, fresh: reader }, dataset), view: await view() };
}

test('an instant with a zone is the same reading as one without', async () => {
  const { scanner, view } = await scannerOver(['TIMESTAMP', 'TIMESTAMPTZ']);
  const sql = 'SELECT "timestamp" FROM {{TELEMETRY}} WHERE device_id = $device ORDER BY row_number';
  const of = (device: string) => scanner.run(view, { name: 'instants', sql, params: { device } });
  expect(view.entries.map(({ schema }) => schema.layout.includes('_UTC'))).toEqual([false, true]);
  expect(await of('TIMESTAMPTZ')).toEqual(await of('TIMESTAMP'));
  expect(await of('TIMESTAMPTZ')).toHaveLength(5);
});

test('a hint passes over row groups, and over no reading of that time', async () => {
  const types = ['TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_NS', 'TIMESTAMP_MS', 'DATE'];
  const { scanner, view } = await scannerOver(
    types,
    (instant) => !/infinity|000[13]|9999|NULL/.test(instant),
  );
  const sql = `SELECT device_id, count(*) AS readings, min("timestamp") AS first FROM {{TELEMETRY}}
    WHERE "timestamp" BETWEEN CAST($low AS TIMESTAMP) AND CAST($high AS TIMESTAMP) GROUP BY ALL ORDER BY ALL`;
  const instants = [
    '0001-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999999Z',
    '1970-01-01T00:00:00.000Z',
    '2026-03-29T01:30:00.000001Z',
    '2026-03-29T01:30:00.000002Z',
    '9999-12-31T23:59:59.999Z',
  ];
  for (const low of instants) {
    for (const high of instants) {
      const scan = { name: 'hinted', sql, params: { low, high } };
      const hinted = await scanner.run(view, { ...scan, hint: { low, high } });
      expect(hinted, `${low} ${high}`).toEqual(await scanner.run(view, scan));
    }
  }
});
