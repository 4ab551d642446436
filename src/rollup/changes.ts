import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { ManifestEntry } from '../dataset/inspect.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import { logTouched, logVersion } from './change-log.ts';
import { mergedColumns } from './layout.ts';

/** The partials of objects that were read together, on their way into the store. */
export interface ObjectPartials {
  readonly objects: readonly { readonly entry: ManifestEntry; readonly objectId: number }[];
  readonly chunks: readonly DuckDBDataChunk[];
}

/** Every function here writes within a transaction of its caller. Ids are whole numbers of our own. */

/** Adds partials that do not count yet. */
export async function addPartials(
  connection: DuckDBConnection,
  added: readonly ObjectPartials[],
): Promise<void> {
  const partials = await connection.createAppender('partials');
  for (const { chunks } of added) for (const chunk of chunks) partials.appendDataChunk(chunk);
  partials.closeSync();
  const objects = await connection.createAppender('objects');
  for (const { entry, objectId } of added.flatMap((partials) => partials.objects)) {
    objects.appendInteger(objectId);
    objects.appendVarchar(entry.object.key);
    objects.appendVarchar(entry.object.etag);
    objects.appendBigInt(BigInt(entry.object.size));
    objects.appendBigInt(BigInt(entry.rows));
    objects.appendVarchar(entry.schema.layout);
    objects.appendVarchar(entry.schema.device);
    objects.appendBoolean(false);
    objects.endRow();
  }
  objects.closeSync();
}

export async function removePartials(connection: DuckDBConnection, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await connection.run(`DELETE FROM partials WHERE object_id IN (${ids.join(', ')})`);
  await connection.run(`DELETE FROM objects WHERE object_id IN (${ids.join(', ')})`);
}

/** An exchange of objects, and what comes of it. */
interface Exchange {
  /** Its number: one more than that of the last. */
  readonly number: number;
  readonly version: string;
  /** As clients know it; unset: they are not told of it. */
  readonly answers: string | undefined;
  readonly come: readonly number[];
  readonly go: readonly number[];
}

/** Lets some objects count and others not, and brings the levels above up to date where that touches them. */
export async function exchange(
  connection: DuckDBConnection,
  { number, version, answers, come, go }: Exchange,
): Promise<void> {
  const changing = [...come, ...go];
  if (changing.length > 0) {
    await connection.run(`CREATE TEMP TABLE touched AS
      SELECT DISTINCT device_id, CAST(slot AS DATE) AS day FROM partials
      WHERE object_id IN (${changing.join(', ')})`);
    await removePartials(connection, go);
    if (come.length > 0) {
      await connection.run(`UPDATE objects SET live = true WHERE object_id IN (${come.join(', ')})`);
    }
    await mergeTouched(connection, go.length === 0 ? come : []);
    await logTouched(connection, number);
    await connection.run('DROP TABLE touched');
  }
  await logVersion(connection, number, answers);
  await connection.run(`UPDATE state SET version = $version, exchange = ${number}`, { version });
}

/** SQL: between the days that the change touched, which lets the engine pass over whole blocks. */
const IS_NEAR_TOUCHED = `slot >= (SELECT min(day) FROM touched)
  AND slot < (SELECT max(day) FROM touched) + INTERVAL 1 DAY`;
const LIVE_PARTIALS = 'partials JOIN objects ON objects.object_id = partials.object_id AND objects.live';

/**
 * What is merged by one statement at most, in groups: each holds some 500 bytes that DuckDB cannot put on disk, and a first build
 * brings in all device-days at once.
 */
const MOST_GROUPS = 200_000;

/**
 * Makes what the change touched anew from what lies below it (slots, days, devices), and leaves all else alone.
 * @param added the objects of a change that takes none away
 */
async function mergeTouched(connection: DuckDBConnection, added: readonly number[]): Promise<void> {
  await connection.run('DELETE FROM live_slots WHERE CAST(slot AS DATE) IN (SELECT day FROM touched)');
  await connection.run(`INSERT INTO live_slots
    SELECT DISTINCT slot
    FROM ${LIVE_PARTIALS}
    WHERE ${IS_NEAR_TOUCHED} AND CAST(slot AS DATE) IN (SELECT day FROM touched)`);
  await connection.run(
    'DELETE FROM device_days WHERE (device_id, day) IN (SELECT (device_id, day) FROM touched)',
  );
  for (const { first, last, slice } of await slicesOfDays(connection)) {
    // The days let the engine pass over whole blocks.
    await connection.run(`INSERT INTO device_days BY NAME
      SELECT device_id, CAST(slot AS DATE) AS day, ${mergedColumns('objects.key')}
      FROM ${LIVE_PARTIALS}
      WHERE slot >= DATE '${first}' AND slot < DATE '${last}' + INTERVAL 1 DAY AND ${slice}
        AND (device_id, CAST(slot AS DATE)) IN (
          SELECT (device_id, day) FROM touched WHERE day BETWEEN DATE '${first}' AND DATE '${last}' AND ${slice}
        )
      GROUP BY ALL`);
  }
  await mergeDevices(connection, added);
}

/** Days that follow each other, as many as may be merged at once; one that is too many by itself comes in parts of its devices. */
async function slicesOfDays(
  connection: DuckDBConnection,
): Promise<{ first: string; last: string; slice: string }[]> {
  const days = await connection.runAndReadAll(
    'SELECT CAST(day AS VARCHAR) AS day, CAST(count(*) AS DOUBLE) AS devices FROM touched GROUP BY day ORDER BY day',
  );
  const groups: { first: string; last: string; count: number }[] = [];
  for (const [day, devices] of days.getRows() as [string, number][]) {
    const group = groups.at(-1);
    if (group === undefined || group.count + devices > MOST_GROUPS) {
      groups.push({ first: day, last: day, count: devices });
    } else {
      group.last = day;
      group.count += devices;
    }
  }
  return groups.flatMap(({ first, last, count }) => slicesOf(count).map((slice) => ({ first, last, slice })));
}

/** SQL conditions on `device_id` that divide so many groups. */
function slicesOf(count: number): string[] {
  const slices = Math.max(1, Math.ceil(count / MOST_GROUPS));
  if (slices === 1) return ['true'];
  return Array.from({ length: slices }, (_, slice) => `hash(device_id) % ${slices} = ${slice}`);
}

/** Additions of doubles round, so that a sum of them would depend on what came when: it is always made of the days. */
const IS_EXACT = METRICS.map((metric) => `${metric}_large IS NULL`).join(' AND ');

/** Devices of which nothing went away are made of what they were and of what came: of years of days none is looked at. */
async function mergeDevices(connection: DuckDBConnection, added: readonly number[]): Promise<void> {
  await connection.run(
    'CREATE TEMP TABLE gone AS FROM devices WHERE device_id IN (SELECT device_id FROM touched)',
  );
  await connection.run('DELETE FROM devices WHERE device_id IN (SELECT device_id FROM touched)');
  const [count] = await connection
    .runAndReadAll('SELECT CAST(count(DISTINCT device_id) AS DOUBLE) FROM touched')
    .then((result) => result.getRows() as [number][]);
  for (const slice of slicesOf(count?.[0] ?? 0)) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE grown AS FROM (
      SELECT device_id, ${mergedColumns('latest_key')}
      FROM (
        SELECT * FROM gone WHERE ${slice}
        UNION ALL BY NAME
        SELECT partials.* EXCLUDE (object_id, slot), objects.key AS latest_key
        FROM partials JOIN objects ON objects.object_id = partials.object_id
        WHERE partials.object_id IN (${added.join(', ') || 'NULL'}) AND ${slice}
      ) AS parts
      GROUP BY ALL
    ) WHERE ${added.length > 0} AND ${IS_EXACT}`);
    await connection.run('INSERT INTO devices BY NAME FROM grown');
    await connection.run(`INSERT INTO devices BY NAME
      SELECT device_id, ${mergedColumns('latest_key')}
      FROM device_days
      WHERE ${slice} AND device_id IN (SELECT device_id FROM touched WHERE ${slice} EXCEPT SELECT device_id FROM grown)
      GROUP BY ALL`);
  }
  await connection.run('DROP TABLE IF EXISTS grown');
  await connection.run('DROP TABLE gone');
}
