import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { periodSql } from '../../src/rollup/periods-sql.ts';
import { DAILY_SUMMARY_SQL } from '../../src/rollup/summaries-sql.ts';
import { startApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PARAMS = { device_ids: null, from: '2026-03-01', to: '2026-03-02', time_zone: 'Asia/Kolkata' };

const READY = 'SELECT CAST(slot AS VARCHAR) FROM live_slots ORDER BY slot';
const LOOKED_FOR = `SELECT DISTINCT CAST(slot AS VARCHAR) AS slot FROM partials
  WHERE object_id IN (SELECT object_id FROM objects WHERE live) ORDER BY slot`;

/** A folder, and what the store holds of it after a refresh. */
async function keptOver() {
  const root = await temporaryFolder();
  const [data, state] = [path.join(root, 'data'), path.join(root, 'state')];
  await mkdir(data);
  await mkdir(state);
  const store = async <T>(ask: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    const app = await startApp({ DATA_DIR: data, STATE_DIR: state, REFRESH_SECONDS: '86400' });
    await app.refresh();
    await app.close();
    const instance = await DuckDBInstance.create(path.join(state, 'rollups.duckdb'));
    const connection = await instance.connect();
    try {
      return await ask(connection);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  };
  const write = (key: string, from: string, everyMinutes: number, count: number) =>
    writeDataset(data, (one) => one(key, seriesSql({ devices: [1, 2], from, everyMinutes, count })));
  return { data, store, write };
}

const column = async (connection: DuckDBConnection, sql: string) =>
  (await connection.runAndReadAll(sql)).getRows().map(([value]) => value);

test('the slots that lie ready are those of the objects that count, whatever came, changed and went', async () => {
  const { data, store, write } = await keptOver();
  const steps: (() => Promise<unknown>)[] = [
    async () => {
      await write('a.parquet', '2026-03-01 00:05', 30, 100);
      await write('b.parquet', '2026-03-02 12:00', 90, 60);
    },
    () => write('late.parquet', '2026-02-27 10:00', 720, 12),
    () => write('b.parquet', '2026-03-02 18:20', 60, 9),
    () => rm(path.join(data, 'late.parquet')),
    () => rm(path.join(data, 'a.parquet')),
  ];
  const counts: number[] = [];
  for (const step of steps) {
    await step();
    await store(async (connection) => {
      const ready = await column(connection, READY);
      expect(ready).toEqual(await column(connection, LOOKED_FOR));
      counts.push(ready.length);
    });
  }
  expect(new Set(counts).size).toBe(steps.length);
  expect(counts.at(-1)).toBe(9);
});

test('a question in a zone of its own reads the partials once, and only for its readings', async () => {
  const { store, write } = await keptOver();
  await write('a.parquet', '2026-03-01', 30, 100);
  await store(async (connection) => {
    const { rolledUp } = periodSql({ prefix: '', utc: false, total: false });
    for (const sql of [DAILY_SUMMARY_SQL, rolledUp]) {
      const plan = await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${sql}`, PARAMS);
      const tables = [...String(plan.getRows()).matchAll(/"Table": "\w+\.main\.(?<name>\w+)"/g)];
      const names = tables.map(({ groups }) => groups?.['name']);
      expect(names.filter((name) => name === 'partials')).toHaveLength(1);
      expect(names).toContain('live_slots');
    }
  });
});
