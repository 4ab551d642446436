import type { DuckDBConnection } from '@duckdb/node-api';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { exchange } from '../../src/rollup/changes.ts';
import { mergedColumns } from '../../src/rollup/layout.ts';
import { openStore } from '../../src/rollup/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A store on disk, with staged objects of one day each. */
export async function storeOf({ memoryBytes }: { memoryBytes: number }) {
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
