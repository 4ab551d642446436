import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { oddDeviceIds } from '../../support/datasets/odd-ids.ts';
import { datasets } from '../../support/datasets.ts';
import { queriesFolder } from '../../support/queries-app.ts';
import { READERS, type ReadTable } from '../../support/read-table.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** One column of every kind, with NULLs, and values at the ends of what there is. */
const TYPES_SQL = `-- ---
-- parameters: { least: { type: Int, default: 0 } }
-- ---
SELECT * FROM (VALUES
  (1, true, 7::TINYINT, 4000000000::UINTEGER, 9007199254740993::BIGINT, 170141183460469231731687303715884105727::HUGEINT,
   1.5::FLOAT, 0.1::DOUBLE, 12345.678::DECIMAL(9, 3), 'plain', DATE '2026-02-28', TIMESTAMP '2026-02-28 23:59:59.123456',
   TIMESTAMPTZ '2026-02-28 23:59:59+02', [1, 2], {'a': 1, 'b': 'x"y'}, '{"k": [1, null]}'::JSON),
  (2, false, -7, 0, -1, -5, 'nan', 'infinity', -0.001, 'a,"b"' || chr(13) || chr(10) || 'c', DATE '0044-03-15', TIMESTAMP '1883-11-18 12:03:58.000001',
   TIMESTAMPTZ '1969-12-31 23:59:59.999999Z', [], {'a': NULL, 'b': 'ü'}, 'null'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, true, 1, 1, 1, 1, -0.0, 1e300, 0, '', DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999', TIMESTAMPTZ '2026-01-01 00:00:00Z', [NULL], {'a': 2, 'b': ''}, '"🔋"'),
  (5, true, 1, 1, 1, 1, 1, 1, 1, '=1+1', 'infinity', 'infinity', '-infinity', [3], {'a': 2, 'b': ''}, '1.5')
) AS rows(n, yes, tiny, unsigned, big, huge, single, double, exact, words, day, moment, zoned, list, struct, json)
WHERE n >= $least
ORDER BY n`;
const TYPES = {
  n: 'INTEGER',
  yes: 'BOOLEAN',
  tiny: 'INTEGER',
  unsigned: 'BIGINT',
  big: 'BIGINT',
  huge: 'VARCHAR',
  single: 'DOUBLE',
  double: 'DOUBLE',
  exact: 'DOUBLE',
  words: 'VARCHAR',
  day: 'DATE',
  moment: 'TIMESTAMP WITH TIME ZONE',
  zoned: 'TIMESTAMP WITH TIME ZONE',
  list: 'VARCHAR',
  struct: 'VARCHAR',
  json: 'VARCHAR',
};
const NESTED = ['list', 'struct', 'json'];

async function read(app: TestApp, url: string, extension: string): Promise<ReadTable> {
  const [before, query = ''] = url.split('?');
  const response = await app.get(`${before}.${extension}?${query}`);
  expect([url, response.status]).toEqual([url, 200]);
  expect(response.headers.get('x-truncated')).toBe('false');
  const reader = READERS[extension];
  if (reader === undefined) throw new Error(extension);
  return reader(new Uint8Array(await response.arrayBuffer()));
}

/** As CSV tells them: text, with nothing for NULL. */
function asText(row: Readonly<Record<string, unknown>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null || typeof value === 'string'
        ? value
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value),
    ]),
  );
}

const withDataset = (name: keyof typeof datasets) => async (run: (app: TestApp) => Promise<void>) => {
  const directory = await temporaryFolder();
  await datasets[name](directory);
  const queriesDirectory = await queriesFolder({ 'types.sql': TYPES_SQL });
  for (const own of ['devices', 'daily_summary', 'device_latest', 'overview']) {
    const text = await readFile(path.join('queries', `${own}.sql`), 'utf8');
    await writeFile(path.join(queriesDirectory, `${own}.sql`), text);
  }
  const app = await startApp({ DATA_DIR: directory }, { queriesDirectory });
  try {
    await app.refresh();
    await run(app);
  } finally {
    await app.close();
  }
};

const SUMMARY_TYPES = { device_id: 'VARCHAR', reading_count: 'BIGINT', avg_voltage: 'DOUBLE' };
const ENDPOINTS = [
  ['/devices', { ...SUMMARY_TYPES, first_seen: 'TIMESTAMP WITH TIME ZONE' }],
  ['/devices?order_by=avg_soc&direction=desc', SUMMARY_TYPES],
  ['/daily-summary?time_zone=Asia/Kolkata', { ...SUMMARY_TYPES, date: 'DATE' }],
  ['/devices/latest', { device_id: 'VARCHAR', timestamp: 'TIMESTAMP WITH TIME ZONE', soc: 'DOUBLE' }],
  ['/queries/devices', SUMMARY_TYPES],
  ['/queries/daily_summary?from=2026-03-01', { ...SUMMARY_TYPES, date: 'DATE' }],
] as const;

test.each(['plain', 'oddIds', 'missingValues', 'mixedSchemas'] as const)(
  '%s: every endpoint says in every format what it says in JSON, with types',
  (name) =>
    withDataset(name)(async (app) => {
      for (const [url, types] of ENDPOINTS) {
        const answer = await (await app.get(url)).json();
        const expected: Record<string, unknown>[] = Array.isArray(answer) ? answer : answer.rows;
        expect(expected.length).toBeGreaterThan(0);
        expect((await read(app, url, 'csv')).rows, url).toEqual(expected.map(asText));
        for (const extension of ['ndjson', 'parquet', 'arrow']) {
          const table = await read(app, url, extension);
          expect(table.rows, `${url} ${extension}`).toEqual(expected);
          if (table.types !== undefined) expect(table.types).toMatchObject(types);
        }
      }
    }),
);

test('every kind of column: the values of JSON, in the types that are documented', () =>
  withDataset('plain')(async (app) => {
    const expected = (await (await app.get('/queries/types')).json()).rows;
    expect(expected).toHaveLength(5);
    expect((await read(app, '/queries/types', 'ndjson')).rows).toEqual(expected);
    const packed = expected.map((row: Record<string, unknown>) => ({
      ...row,
      huge: row['huge'] === null ? null : String(row['huge']),
      ...Object.fromEntries(
        NESTED.map((name) => [name, row[name] === null ? null : JSON.stringify(row[name])]),
      ),
    }));
    expect((await read(app, '/queries/types', 'csv')).rows).toEqual(packed.map(asText));
    for (const extension of ['parquet', 'arrow']) {
      const table = await read(app, '/queries/types', extension);
      expect(table.types).toEqual(TYPES);
      expect(table.rows, extension).toEqual(packed);
    }
  }));

test('no rows: the names of the columns all the same', () =>
  withDataset('plain')(async (app) => {
    expect(await (await app.get('/queries/types.csv?least=9')).text()).toMatch(/^n,yes,tiny,.*json\r\n$/);
    expect(await (await app.get('/queries/types.ndjson?least=9')).text()).toBe('');
    for (const extension of ['parquet', 'arrow']) {
      expect(await read(app, '/queries/types?least=9', extension)).toEqual({ types: TYPES, rows: [] });
    }
    expect((await read(app, '/readings?from=2200-01-01T00:00:00Z', 'parquet')).rows).toEqual([]);
  }));

test('readings: all rows of the objects, filtered, and the ids to the letter', () =>
  withDataset('oddIds')(async (app) => {
    for (const extension of Object.keys(READERS)) {
      const { rows } = await read(app, '/readings', extension);
      expect(rows.map((row) => row['device_id'])).toEqual(oddDeviceIds.flatMap((id) => [id, id, id]));
    }
    const id = encodeURIComponent('say "hello"');
    const one = await read(
      app,
      `/readings?device_id=${id}&from=2026-03-01T01:00:00Z&to=2026-03-01T02:00:00Z`,
      'csv',
    );
    expect(one.rows).toEqual([
      {
        device_id: 'say "hello"',
        timestamp: '2026-03-01T01:00:00.000Z',
        voltage: '48',
        temperature: '20',
        soc: '50',
      },
    ]);
  }));

interface SeriesJson {
  readonly device_id: string;
  readonly timestamps: readonly number[];
  readonly metrics: readonly {
    readonly metric: string;
    readonly values: readonly (number | null)[];
    readonly min: readonly (number | null)[];
    readonly max: readonly (number | null)[];
    readonly count: readonly number[];
  }[];
}

test('series: a row for each device and point, in the columns that the URL names', () =>
  withDataset('plain')(async (app) => {
    const url = '/series?bucket=6h&metric=soc&metric=voltage&device_id=dev-1&device_id=dev-2';
    const json: SeriesJson[] = await (await app.get(url)).json();
    const expected = json.flatMap(({ device_id, timestamps, metrics }) =>
      timestamps.map((millis, point) => ({
        device_id,
        timestamp: new Date(millis).toISOString(),
        ...Object.fromEntries(
          metrics.flatMap((one) => [
            [one.metric, one.values[point] ?? null],
            [`${one.metric}_min`, one.min[point] ?? null],
            [`${one.metric}_max`, one.max[point] ?? null],
            [`${one.metric}_count`, one.count[point] ?? null],
          ]),
        ),
      })),
    );
    expect(expected.length).toBeGreaterThan(2);
    for (const extension of ['ndjson', 'parquet', 'arrow']) {
      const { rows } = await read(app, url, extension);
      expect(rows).toEqual(expected);
      expect(Object.keys(rows[0] ?? {}).slice(0, 4)).toEqual(['device_id', 'timestamp', 'soc', 'soc_min']);
    }
    expect((await read(app, url, 'csv')).rows).toEqual(expected.map(asText));
  }));
