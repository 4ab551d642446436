import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import type { DatasetName } from '../support/datasets.ts';
import { loadTexts } from '../support/own-queries.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test.each(['plain', 'mixedSchemas', 'hivePartitioned'] satisfies DatasetName[])(
  '%s: {{TELEMETRY}} has the columns and types that are told without data',
  async (dataset) => {
    const { files } = await loadTexts({ 'all.sql': 'SELECT * FROM {{TELEMETRY}}' });
    const columns = files[0]?.query.columns ?? [];
    const types = columns.map(({ name }) => `typeof("${name}") AS "${name}"`).join(', ');
    const app = await appWithQueries(
      {
        'all.sql': 'SELECT * FROM {{TELEMETRY}}',
        'types.sql': `SELECT DISTINCT ${types} FROM (SELECT * FROM {{TELEMETRY}} LIMIT 100)`,
      },
      { dataset },
    );
    expect(columns.map(({ name }) => name)).toEqual([
      'device_id',
      'timestamp',
      'voltage',
      'temperature',
      'soc',
      'object_ordinal',
      'row_number',
    ]);
    expect(await app.executeQuery('types')).toEqual([
      Object.fromEntries(columns.map(({ name, duckdbType }) => [name, duckdbType])),
    ]);
    expect((await app.executeQuery('all')).length).toBeGreaterThan(0);
  },
);

test('{{S3_PATH}} over objects of other types: the answers have the types that were told', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'a.parquet',
      `SELECT 7::BIGINT AS device_id, TIMESTAMPTZ '2026-03-01 12:30:00+00' AS "timestamp", 50::SMALLINT AS voltage,
        20.5::DECIMAL(4,1) AS temperature, 80::FLOAT AS soc`,
    ),
  );
  const app = await startApp({ DATA_DIR: directory });
  try {
    const row = {
      device_id: '7',
      hour: '2026-03-01T12:00:00.000Z',
      avg_voltage: 50,
      avg_temperature: 20.5,
      avg_soc: 80,
    };
    expect(await app.executeQuery('hourly_avg')).toEqual([row]);
    expect((await (await app.get('/queries/hourly_avg')).json()).rows).toEqual([row]);
    expect(await app.ask('{ hourlyAvg { rows { deviceId hour } } }')).toEqual({
      hourlyAvg: { rows: [{ deviceId: '7', hour: row.hour }] },
    });
  } finally {
    await app.close();
  }
});

test('hourly_avg over keys that name the device, by numbers', async () => {
  const directory = await temporaryFolder();
  const columns = '"timestamp", 50.0::DOUBLE AS voltage, 20.0::DOUBLE AS temperature, 80.0::DOUBLE AS soc';
  await writeDataset(directory, async (write) => {
    await write('device_id=7/a.parquet', `SELECT TIMESTAMP '2026-03-01 12:30:00' AS ${columns}`);
    await write('device_id=8/a.parquet', `SELECT TIMESTAMP '2026-03-01 12:30:00' AS ${columns}`);
  });
  const app = await startApp({ DATA_DIR: directory });
  try {
    const rows = await app.executeQuery<{ device_id: string }>('hourly_avg');
    expect(rows.map((row) => row.device_id)).toEqual(['7', '8']);
  } finally {
    await app.close();
  }
});
