import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { exchange } from '../../src/rollup/changes.ts';
import { mergedColumns } from '../../src/rollup/layout.ts';
import { openStore } from '../../src/rollup/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A store on disk, with staged objects of one day each. */
async function storeOf({ memoryBytes }: { memoryBytes: number }) {
  const { engine: config } = loadConfig({});
  const directory = await temporaryFolder();
  const { engine } = await openStore({
    directory,
    engine: { ...config, memoryBytes, threads: 2 },
    log: createLogger('silent'),
  });
  onTestFinished(() => engine.close());
  const write = (run: (connection: DuckDBConnection) => Promise<void>) => engine.transaction(run);
  const stage = (id: number, devices: number, day: string) =>
    write(async (connection) => {
      await connection.run(
        `INSERT INTO objects BY NAME SELECT ${id} AS object_id, 'object ${id}' AS key, false AS live`,
      );
      const metric = (shift: number) =>
        `i % 7, CAST((i + ${shift}) * 1000003 * ${id} AS HUGEINT), CASE WHEN i % 50 = 0 THEN 1e9 * (i + ${id}) END, i % 13, i % 13 + ${id}`;
      await connection.run(`INSERT INTO partials
        SELECT ${id}, 'device-' || i, noon, 1 + i % 5, noon + to_seconds(i % 60),
          {'at': noon + to_minutes(i % 600), 'place': i, 'voltage': i + ${id}, 'temperature': 0, 'soc': NULL},
          ${[1, 2, 3].map(metric).join(', ')}
        FROM range(${devices}) AS devices(i), (SELECT TIMESTAMP '${day} 12:00:00' AS noon) ORDER BY i`);
    });
  let number = 0;
  const publish = (come: readonly number[], go: readonly number[] = []) =>
    write((connection) =>
      exchange(connection, { number: ++number, version: `${come} ${go}`, answers: undefined, come, go }),
    );
  const all = async (sql: string) => engine.run({ name: 'test', sql });
  /** What is kept, and what merging all partials at once gives: how many rows, and how many of them differ. */
  const compared = async () => {
    const wanted = (day: string) =>
      `SELECT device_id, ${day} ${mergedColumns('objects.key')} FROM partials JOIN objects USING (object_id) WHERE live GROUP BY ALL`;
    const difference = async (kept: string, day: string) => {
      const made = wanted(day);
      const [row] =
        await all(`WITH made AS (${made}), kept AS (FROM (FROM made WHERE false) UNION ALL BY NAME FROM ${kept})
        SELECT (SELECT count(*) FROM kept) AS n,
          (SELECT count(*) FROM (FROM made EXCEPT FROM kept)) + (SELECT count(*) FROM (FROM kept EXCEPT FROM made)) AS wrong`);
      return row;
    };
    return {
      days: await difference('device_days', 'CAST(slot AS DATE) AS day,'),
      devices: await difference('devices', ''),
    };
  };
  const counted = () =>
    all(`SELECT (SELECT count(*) FROM device_days) AS days, (SELECT count(*) FROM devices) AS devices,
      (SELECT CAST(sum(readings) AS BIGINT) FROM device_days) AS readings, (SELECT CAST(sum(readings) AS BIGINT) FROM devices) AS of_devices`);
  return { stage, publish, compared, counted };
}

test('what came, changed and went is merged as all partials at once are', async () => {
  const { stage, publish, compared } = await storeOf({ memoryBytes: 1e9 });
  await stage(1, 1_000, '2026-03-01');
  await stage(2, 700, '2026-03-01');
  await stage(3, 1_200, '2026-03-02');
  await publish([1, 3]);
  expect(await compared()).toEqual({ days: { n: 2_200, wrong: 0 }, devices: { n: 1_200, wrong: 0 } });
  // Nothing goes: devices grow by what came.
  await publish([2]);
  expect(await compared()).toEqual({ days: { n: 2_200, wrong: 0 }, devices: { n: 1_200, wrong: 0 } });
  await stage(4, 1_500, '2026-03-01');
  await publish([4], [1]);
  expect(await compared()).toEqual({ days: { n: 2_700, wrong: 0 }, devices: { n: 1_500, wrong: 0 } });
  await publish([], [4, 2]);
  expect(await compared()).toEqual({ days: { n: 1_200, wrong: 0 }, devices: { n: 1_200, wrong: 0 } });
});

test('many device-days come at once in memory that does not grow with them: of many days, and of one', async () => {
  // Merged by one statement they would take some 500 bytes each.
  const { stage, publish, counted } = await storeOf({ memoryBytes: 160e6 });
  const days = ['2026-03-01', '2026-03-02', '2026-03-03'];
  for (const [index, day] of days.entries()) await stage(1 + index, 100_000, day);
  await stage(4, 250_000, '2026-03-04');
  await publish([1, 2, 3, 4]);
  expect(await counted()).toEqual([
    { days: 550_000, devices: 250_000, readings: 1_650_000, of_devices: 1_650_000 },
  ]);
}, 120_000);
