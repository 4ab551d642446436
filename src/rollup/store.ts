import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { z } from 'zod';
import type { EngineConfig } from '../config.ts';
import { DuckDbEngine } from '../engine/duckdb.ts';
import type { Row, RunOptions, Statement, StatementListener } from '../engine/engine.ts';
import { DatasetChangedError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { CREATE_TABLES, LAYOUT, mergedColumns } from './layout.ts';
import type { KnownObject } from './plan.ts';

/** The partials of one object, on their way into the store. */
export interface ObjectPartials {
  readonly object: KnownObject;
  readonly objectId: number;
  readonly chunks: readonly DuckDBDataChunk[];
}

export interface RollupStoreOptions {
  /** The folder of the store's file. Unset: in memory. */
  readonly directory: string | undefined;
  readonly engine: EngineConfig;
  readonly log: Logger;
  readonly onStatement?: StatementListener | undefined;
}

const FILE = 'rollups.duckdb';

const stateRows = z.array(z.object({ layout: z.int(), version: z.string().nullable() })).length(1);
const objectRows = z.array(
  z.object({ object_id: z.int(), key: z.string(), etag: z.string(), size: z.number() }),
);

/** Holds the partials and the levels merged from them. One writer, many readers, one version at a time. */
export class RollupStore {
  private readonly engine: DuckDbEngine;
  private readonly objects = new Map<string, KnownObject & { readonly objectId: number }>();
  private current: string | null = null;
  /** Counts the swaps, so that a statement knows whether one came in between. */
  private swaps = 0;
  private nextId = 1;

  private constructor(engine: DuckDbEngine) {
    this.engine = engine;
  }

  /** Opens what was kept. A file that is damaged, or of another layout, is put aside and begun anew. */
  static async open(options: RollupStoreOptions): Promise<RollupStore> {
    const { directory, log } = options;
    if (directory === undefined) return RollupStore.openFile(options, ':memory:');
    const file = path.join(directory, FILE);
    try {
      return await RollupStore.openFile(options, file);
    } catch (error) {
      if (isLocked(error)) {
        log.warn('Another process has the rollups of this STATE_DIR open; these are kept in memory only');
        return RollupStore.openFile(options, ':memory:');
      }
      log.warn({ err: error }, 'The kept rollups cannot be used; they are built anew');
      await rename(file, `${file}.unusable`).catch(() => undefined);
      await rm(`${file}.wal`, { force: true });
      return RollupStore.openFile(options, file);
    }
  }

  private static async openFile(options: RollupStoreOptions, file: string): Promise<RollupStore> {
    const engine = await DuckDbEngine.create(options.engine, options.onStatement, file);
    try {
      const store = new RollupStore(engine);
      await store.load();
      return store;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** The version that it answers for; null before the first build. */
  get version(): string | null {
    return this.current;
  }

  get known(): ReadonlyMap<string, KnownObject> {
    return this.objects;
  }

  newObjectId(): number {
    return this.nextId++;
  }

  /**
   * Runs a SELECT on the rollups of one version.
   * @throws DatasetChangedError when they are of another version, or became so meanwhile.
   */
  async run(version: string, statement: Statement, options?: RunOptions): Promise<Row[]> {
    const { swaps } = this;
    if (this.current === version) {
      const rows = await this.engine.run(statement, options);
      if (this.swaps === swaps) return rows;
    }
    throw new DatasetChangedError('The rollups moved on to another snapshot');
  }

  /** One transaction: partials go and come, the levels above follow, the version moves on. All of it, or nothing. */
  async swap(version: string | null, drop: readonly string[], add: readonly ObjectPartials[]): Promise<void> {
    const dropped = drop.flatMap((key) => this.objects.get(key)?.objectId ?? []);
    this.swaps++;
    try {
      await this.engine.transaction((connection) => write(connection, version, dropped, add));
    } catch (error) {
      // After a failed checkpoint (the disk is full) DuckDB answers nothing any more until the file is opened anew.
      if (isFatal(error)) this.current = null;
      throw error;
    }
    this.swaps++;
    for (const key of drop) this.objects.delete(key);
    for (const { object, objectId } of add) this.objects.set(object.key, { ...object, objectId });
    this.current = version;
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  private async load(): Promise<void> {
    const tables = await this.engine.run({
      name: 'rollup_tables',
      sql: "SELECT table_name FROM duckdb_tables() WHERE table_name = 'state'",
    });
    if (tables.length === 0) {
      await this.engine.transaction(async (connection) => {
        for (const statement of CREATE_TABLES) await connection.run(statement);
      });
      return;
    }
    const [state] = stateRows.parse(await this.engine.run({ name: 'rollup_state', sql: 'FROM state' }));
    if (state?.layout !== LAYOUT) throw new Error(`expected the layout ${LAYOUT}, but got: ${state?.layout}`);
    const known = objectRows.parse(await this.engine.run({ name: 'rollup_objects', sql: 'FROM objects' }));
    for (const { object_id, ...object } of known) {
      this.objects.set(object.key, { ...object, objectId: object_id });
      this.nextId = Math.max(this.nextId, object_id + 1);
    }
    this.current = state.version;
  }
}

/** DuckDB lets one process at a time open a file. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && /set lock on file/i.test(error.message);
}

function isFatal(error: unknown): boolean {
  return error instanceof Error && /^FATAL|has been invalidated/i.test(error.message);
}

async function write(
  connection: DuckDBConnection,
  version: string | null,
  dropped: readonly number[],
  add: readonly ObjectPartials[],
): Promise<void> {
  await connection.run('CREATE TEMP TABLE touched (device_id VARCHAR, day DATE)');
  if (dropped.length > 0) await removePartials(connection, dropped);
  for (const partials of add) await appendPartials(connection, partials);
  await mergeTouched(
    connection,
    add.map(({ objectId }) => objectId),
  );
  await connection.run('DROP TABLE touched');
  await connection.run('UPDATE state SET version = $version', { version });
}

async function removePartials(connection: DuckDBConnection, objectIds: readonly number[]): Promise<void> {
  const ids = objectIds.join(', ');
  await connection.run(
    `INSERT INTO touched SELECT DISTINCT device_id, CAST(hour AS DATE) FROM partials WHERE object_id IN (${ids})`,
  );
  await connection.run(`DELETE FROM partials WHERE object_id IN (${ids})`);
  await connection.run(`DELETE FROM objects WHERE object_id IN (${ids})`);
}

async function appendPartials(
  connection: DuckDBConnection,
  { object, objectId, chunks }: ObjectPartials,
): Promise<void> {
  const appender = await connection.createAppender('partials');
  for (const chunk of chunks) appender.appendDataChunk(chunk);
  appender.closeSync();
  await connection.run('INSERT INTO objects VALUES ($id, $key, $etag, $size)', {
    id: objectId,
    key: object.key,
    etag: object.etag,
    size: BigInt(object.size),
  });
}

/** Makes the days and devices that the change touched anew from what lies below them, and leaves all others alone. */
async function mergeTouched(connection: DuckDBConnection, added: readonly number[]): Promise<void> {
  if (added.length > 0) {
    await connection.run(
      `INSERT INTO touched SELECT DISTINCT device_id, CAST(hour AS DATE) FROM partials
       WHERE object_id IN (${added.join(', ')})`,
    );
  }
  await connection.run(
    'DELETE FROM device_days WHERE (device_id, day) IN (SELECT (device_id, day) FROM touched)',
  );
  await connection.run(`INSERT INTO device_days BY NAME
    SELECT device_id, CAST(hour AS DATE) AS day, ${mergedColumns('objects.key')}
    FROM partials JOIN objects USING (object_id)
    WHERE hour >= (SELECT min(day) FROM touched) AND hour < (SELECT max(day) FROM touched) + INTERVAL 1 DAY
      AND (device_id, CAST(hour AS DATE)) IN (SELECT (device_id, day) FROM touched)
    GROUP BY ALL`);
  await connection.run('DELETE FROM devices WHERE device_id IN (SELECT device_id FROM touched)');
  await connection.run(`INSERT INTO devices BY NAME
    SELECT device_id, ${mergedColumns('latest_key')}
    FROM device_days
    WHERE device_id IN (SELECT device_id FROM touched)
    GROUP BY ALL`);
}
