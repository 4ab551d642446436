import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { ManifestEntry } from '../dataset/inspect.ts';
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
    await mergeTouched(connection);
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

/** Makes what the change touched anew from what lies below it (slots, days, devices), and leaves all else alone. */
async function mergeTouched(connection: DuckDBConnection): Promise<void> {
  await connection.run('DELETE FROM live_slots WHERE CAST(slot AS DATE) IN (SELECT day FROM touched)');
  await connection.run(`INSERT INTO live_slots
    SELECT DISTINCT slot
    FROM ${LIVE_PARTIALS}
    WHERE ${IS_NEAR_TOUCHED} AND CAST(slot AS DATE) IN (SELECT day FROM touched)`);
  await connection.run(
    'DELETE FROM device_days WHERE (device_id, day) IN (SELECT (device_id, day) FROM touched)',
  );
  await connection.run(`INSERT INTO device_days BY NAME
    SELECT device_id, CAST(slot AS DATE) AS day, ${mergedColumns('objects.key')}
    FROM ${LIVE_PARTIALS}
    WHERE ${IS_NEAR_TOUCHED} AND (device_id, CAST(slot AS DATE)) IN (SELECT (device_id, day) FROM touched)
    GROUP BY ALL`);
  await connection.run('DELETE FROM devices WHERE device_id IN (SELECT device_id FROM touched)');
  await connection.run(`INSERT INTO devices BY NAME
    SELECT device_id, ${mergedColumns('latest_key')}
    FROM device_days
    WHERE device_id IN (SELECT device_id FROM touched)
    GROUP BY ALL`);
}
