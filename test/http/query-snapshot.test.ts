import { copyFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { appOver } from '../support/app-over.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { appWithQueries } from '../support/queries-app.ts';

interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly truncated: boolean;
}

test('every field of an operation answers from one snapshot', async () => {
  const app = await appWithQueries({
    'total.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}',
    'raw.sql': 'SELECT count(*) AS n FROM read_parquet({{S3_PATH}})',
  });
  const query =
    '{ overview { totalRows } total { rows { n } } raw { rows { n } } again: total { rows { n } } dataset { version } }';
  const before = await app.ask<{ overview: { totalRows: number }; dataset: { version: string } }>(query);
  const rows = (n: number) => ({ rows: [{ n }] });
  const n = before.overview.totalRows;
  expect(before).toMatchObject({ total: rows(n), raw: rows(n), again: rows(n) });
  app.takeStatements();
  await app.ask(query.replace('{ overview', '{ __typename overview'));
  expect(app.takeStatements().filter((name) => name === 'total')).toEqual(['total']);
  // Asked while the objects change, and again: never a mix of two snapshots.
  const objects = ['a', 'b', 'c'].map((name) => path.join(app.directory, `${name}.parquet`));
  const [key = ''] = (await readdir(app.directory, { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  );
  for (const object of objects) {
    const asking = Array.from({ length: 3 }, (_, index) =>
      app.ask<typeof before>(query.replace('{ overview', `{ t${index}: __typename overview`)),
    );
    await copyFile(path.join(app.directory, key), object);
    await app.refresh();
    for (const answer of await Promise.all(asking)) {
      const { totalRows } = answer.overview;
      expect(answer).toMatchObject({ total: rows(totalRows), raw: rows(totalRows), again: rows(totalRows) });
    }
  }
  const after = await app.ask<typeof before>(query);
  expect(after.overview.totalRows).toBeGreaterThan(n);
  expect(after.dataset.version).not.toBe(before.dataset.version);
});

test('columns that only the objects have: the field comes with the first snapshot', async () => {
  const app = await appWithQueries(
    {
      'files.sql':
        'SELECT count(humidity) AS humid, max(humidity) AS humidity FROM read_parquet({{S3_PATH}})',
      'never.sql': 'SELECT no_such_column FROM read_parquet({{S3_PATH}})',
    },
    { dataset: 'plain' },
  );
  await app.refresh();
  const fields = async () => {
    const { __schema } = await app.ask<{ __schema: { queryType: { fields: { name: string }[] } } }>(
      '{ __schema { queryType { fields { name } } } }',
    );
    return __schema.queryType.fields.map(({ name }) => name);
  };
  expect(await fields()).not.toContain('files');
  const rest = await app.get('/queries/never');
  expect([rest.status, (await rest.json()).code]).toEqual([500, 'STATEMENT_FAILED']);
  // Before all others, whose columns DuckDB then expects of the rest: so all are replaced.
  for (const name of await readdir(app.directory))
    await rm(path.join(app.directory, name), { recursive: true });
  await writeDataset(app.directory, (write) =>
    write(
      'humid.parquet',
      `SELECT 'dev-1' AS device_id, TIMESTAMP '2026-03-01' AS "timestamp", 1.0::DOUBLE AS voltage,
      2.0::DOUBLE AS temperature, 3.0::DOUBLE AS soc, 0.5::FLOAT AS humidity`,
    ),
  );
  await app.refresh();
  expect(await fields()).toContain('files');
  expect(await fields()).not.toContain('never');
  expect(await app.ask('{ files { rows { humid humidity } } }')).toEqual({
    files: { rows: [{ humid: 1, humidity: 0.5 }] },
  });
  expect((await (await app.get('/queries/files')).json()).rows).toEqual([{ humid: 1, humidity: 0.5 }]);
  const document = await (await app.get('/openapi.json')).json();
  const { schema } = document.paths['/queries/files'].get.responses['200'].content['application/json'];
  expect(Object.keys(schema.properties.rows.items.properties)).toEqual(['humid', 'humidity']);
});

test('the built-in queries answer at /queries/ too, by a scan, and have no second field', async () => {
  const own = await appOver('plain');
  try {
    const json = async (url: string) => (await own.get(url)).json();
    expect((await json('/queries/overview')).rows).toEqual([await json('/overview')]);
    expect((await json('/queries/device_latest?device_ids=dev-2')).rows).toEqual(
      await json('/devices/latest?device_id=dev-2'),
    );
    expect(
      (await json('/queries/daily_summary?time_zone=Europe/Berlin&from=2026-03-02&device_ids=dev-1')).rows,
    ).toEqual(await json('/daily-summary?time_zone=Europe/Berlin&from=2026-03-02&device_id=dev-1'));
    const { errors } = await own.post('{ deviceLatest { truncated } }');
    expect(errors).toHaveLength(1);
    const { hourlyAvg } = await own.ask<{ hourlyAvg: Answer }>(
      '{ hourlyAvg { rows { deviceId hour avgVoltage avgTemperature avgSoc } truncated } }',
    );
    expect((await json('/queries/hourly_avg')).rows).toEqual(
      hourlyAvg.rows.map((row) => ({
        device_id: row['deviceId'],
        hour: row['hour'],
        avg_voltage: row['avgVoltage'],
        avg_temperature: row['avgTemperature'],
        avg_soc: row['avgSoc'],
      })),
    );
  } finally {
    await own.close();
  }
});
