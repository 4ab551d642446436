import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';

/**
 * Which devices and days (UTC) each exchange of objects touched, and under which versions clients know what the store held
 * after it. So whoever has an older version is told what to ask for again. Bounded: what is older is not known any more.
 *
 * Of each version that is named here, all changes since are here too. Tables of their own beside the layout: a file without
 * them gets them, and one that another release has written to meanwhile begins anew.
 */
const TABLES = [
  'CREATE TABLE change_log (exchange INTEGER)',
  'CREATE TABLE answer_versions (named INTEGER, exchange INTEGER, version VARCHAR)',
  'CREATE TABLE device_changes (exchange INTEGER, device_id VARCHAR, day DATE)',
];

/** Changes of a device and a day; some 3 MB. */
const MOST_ROWS = 200_000;
/** Eight hours of a bucket that changes each half minute. */
const MOST_VERSIONS = 1_000;

/** What is asked of the store; a `scopedStatement` shows the devices of the scope only. Takes `$since`. */
export const CHANGED_SINCE_SQL = `WITH since AS (
  SELECT max(exchange) AS exchange FROM answer_versions WHERE version = $since
), changed AS (
  SELECT device_id, list_sort(list(DISTINCT CAST(day AS VARCHAR))) AS days
  FROM device_changes
  WHERE exchange > (SELECT exchange FROM since)
  GROUP BY device_id
)
SELECT since.exchange IS NOT NULL AS known, changed.device_id, changed.days
FROM since LEFT JOIN changed ON true
ORDER BY changed.device_id`;

/** Every function here writes within a transaction of its caller. */

/** Makes the log ready for a store that has seen so many exchanges. */
export async function openChangeLog(connection: DuckDBConnection, exchange: number): Promise<void> {
  const reader = await connection.runAndReadAll(
    "SELECT table_name FROM duckdb_tables() WHERE table_name = 'change_log'",
  );
  if (reader.currentRowCount === 0) for (const table of TABLES) await connection.run(table);
  const logged = await connection.runAndReadAll('SELECT exchange FROM change_log');
  if (logged.getRows()[0]?.[0] !== exchange) await beginAnew(connection, exchange);
}

/** Notes what the table `touched` holds as the changes of an exchange. */
export async function logTouched(connection: DuckDBConnection, exchange: number): Promise<void> {
  const [versions = 0, touched = 0] = await numbers(
    connection,
    'SELECT (SELECT count(*) FROM answer_versions), (SELECT count(*) FROM touched)',
  );
  // Nobody can ask what has changed since before the first version; and what is too much for one is too much for all.
  if (versions === 0 || touched > MOST_ROWS) return beginAnew(connection, exchange);
  await connection.run(`INSERT INTO device_changes SELECT ${exchange}, device_id, day FROM touched`);
}

/**
 * Names what the store holds since an exchange, and forgets what is too old.
 * @param version as clients know it; undefined: they are never told of it
 */
export async function logVersion(
  connection: DuckDBConnection,
  exchange: number,
  version: string | undefined,
): Promise<void> {
  if (version !== undefined) {
    await connection.run(
      `INSERT INTO answer_versions
      SELECT (SELECT coalesce(max(named), 0) + 1 FROM answer_versions), ${exchange}, $version
      WHERE NOT EXISTS (FROM answer_versions WHERE exchange = ${exchange} AND version = $version)`,
      { version },
    );
  }
  await connection.run(`UPDATE change_log SET exchange = ${exchange}`);
  const reader = await connection.runAndReadAll(
    'SELECT exchange, count(*) FROM device_changes GROUP BY exchange ORDER BY exchange DESC',
  );
  const forgotten = firstForgotten(counted.parse(reader.getRows()), MOST_ROWS);
  await connection.run(`DELETE FROM answer_versions
    WHERE exchange < ${forgotten} OR named <= (SELECT max(named) FROM answer_versions) - ${MOST_VERSIONS}`);
  // What no version that is known is older than, nobody asks for.
  await connection.run(`DELETE FROM device_changes
    WHERE exchange <= (SELECT coalesce(min(exchange), ${exchange}) FROM answer_versions)`);
}

/**
 * The newest exchange whose changes are too many to be kept beside those after it; 0: none is.
 * @param counts how many rows each exchange has, newest first
 */
export function firstForgotten(
  counts: readonly (readonly [exchange: number, rows: number])[],
  mostRows: number,
): number {
  let rows = 0;
  for (const [exchange, own] of counts) {
    rows += own;
    if (rows > mostRows) return exchange;
  }
  return 0;
}

async function beginAnew(connection: DuckDBConnection, exchange: number): Promise<void> {
  for (const table of ['change_log', 'answer_versions', 'device_changes']) {
    await connection.run(`DELETE FROM ${table}`);
  }
  await connection.run(`INSERT INTO change_log VALUES (${exchange})`);
}

const counted = z.array(z.tuple([z.number(), z.coerce.number()]));

async function numbers(connection: DuckDBConnection, sql: string): Promise<number[]> {
  const reader = await connection.runAndReadAll(sql);
  return (reader.getRows()[0] ?? []).map(Number);
}
