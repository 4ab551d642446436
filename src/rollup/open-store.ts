import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { EngineConfig, RollupGrain } from '../config/config.ts';
import type { ManifestEntry } from '../dataset/inspect.ts';
import { DEVICE_PLACES } from '../dataset/reading-schema.ts';
import { DuckDbEngine, IN_MEMORY } from '../engine/duckdb.ts';
import type { StatementListener } from '../engine/engine.ts';
import type { Logger } from '../log.ts';
import { openChangeLog } from './change-log.ts';
import { createTables, LAYOUTS } from './layout.ts';
import type { HeldObject } from './plan.ts';

export interface RollupStoreOptions {
  /** The folder of the store's file. Unset: in memory. */
  readonly directory: string | undefined;
  readonly engine: EngineConfig;
  /** Of the slots that there are partials of; unset: hours. */
  readonly grain?: RollupGrain | undefined;
  readonly log: Logger;
  readonly onStatement?: StatementListener | undefined;
}

/** An object as the store knows it: with what its footer told, so that it need not be read again. */
export type StoredEntry = HeldObject & Pick<ManifestEntry, 'rows' | 'schema'>;

export interface OpenedStore {
  readonly engine: DuckDbEngine;
  /** null before the first version. */
  readonly version: string | null;
  /** How many exchanges the file has seen. */
  readonly exchange: number;
  readonly objects: readonly StoredEntry[];
}

const FILE = 'rollups.duckdb';

const stateRows = z
  .array(z.object({ layout: z.int(), version: z.string().nullable(), exchange: z.int() }))
  .length(1);
const objectRows = z.array(
  z.object({
    object_id: z.int(),
    key: z.string(),
    etag: z.string(),
    size: z.number(),
    rows: z.number(),
    layout: z.string(),
    device: z.enum(DEVICE_PLACES),
    live: z.boolean(),
  }),
);

/**
 * Opens what was kept. A file that is damaged, of another layout or another grain, is put aside and begun anew.
 * @throws Error when the disk does not take what has to be written: the file is fine, and is left alone
 */
export async function openStore(options: RollupStoreOptions): Promise<OpenedStore> {
  const { directory, log } = options;
  if (directory === undefined) return openInMemory(options);
  const file = path.join(directory, FILE);
  try {
    return await openFile(options, file);
  } catch (error) {
    if (isLocked(error)) {
      log.warn('Another process has the rollups of this STATE_DIR open; these are kept in memory only');
      return openInMemory(options);
    }
    if (isOfTheMachine(error)) throw error;
    log.warn({ err: error }, 'The kept rollups cannot be used; they are built anew');
    await putAside(options);
    return openFile(options, file);
  }
}

/** Takes a file out of the way that cannot be used, for whoever wants to look at it. It must not be open. */
export async function putAside({ directory }: RollupStoreOptions): Promise<void> {
  if (directory === undefined) return;
  const file = path.join(directory, FILE);
  await rename(file, `${file}.unusable`).catch(() => undefined);
  await rm(`${file}.wal`, { force: true });
}

/** A store that lasts as long as the process. */
export function openInMemory(options: RollupStoreOptions): Promise<OpenedStore> {
  return openFile(options, IN_MEMORY);
}

async function openFile(options: RollupStoreOptions, file: string): Promise<OpenedStore> {
  const engine = await DuckDbEngine.create(options.engine, options.onStatement, file);
  try {
    const state = await readState(engine, grainOf(options));
    await engine.transaction((connection) => openChangeLog(connection, state.exchange));
    // Queries of the user's own run here. What is open stays open, and writable for the store itself.
    await engine.lock([]);
    return { engine, ...state };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Of its slots. */
export const grainOf = ({ grain = '1h' }: Pick<RollupStoreOptions, 'grain'>): RollupGrain => grain;

/** What a file holds; a new one gets its tables. @throws Error for a file of another layout or grain */
async function readState(engine: DuckDbEngine, grain: RollupGrain): Promise<Omit<OpenedStore, 'engine'>> {
  const tables = await engine.run({
    name: 'rollup_tables',
    sql: "SELECT table_name FROM duckdb_tables() WHERE table_name = 'state'",
  });
  if (tables.length === 0) {
    await engine.transaction(async (connection) => {
      for (const statement of createTables(grain)) await connection.run(statement);
    });
    return { version: null, exchange: 0, objects: [] };
  }
  const [state] = stateRows.parse(await engine.run({ name: 'rollup_state', sql: 'FROM state' }));
  if (state?.layout !== LAYOUTS[grain]) {
    throw new Error(
      `expected the layout ${LAYOUTS[grain]} (ROLLUP_GRAIN=${grain}), but got: ${state?.layout}`,
    );
  }
  const objects = objectRows.parse(await engine.run({ name: 'rollup_objects', sql: 'FROM objects' }));
  return {
    version: state.version,
    exchange: state.exchange,
    objects: objects.map(({ object_id, layout, device, ...object }) => ({
      ...object,
      objectId: object_id,
      schema: { layout, device },
    })),
  };
}

/** DuckDB lets one process at a time open a file. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && /set lock on file/i.test(error.message);
}

/** Opening writes too: what a crash left in the log goes into the file. And a process may run out of what it may open. */
function isOfTheMachine(error: unknown): boolean {
  return (
    error instanceof Error &&
    /could not write|no space left|failed to create checkpoint|too many open files|permission denied|read-only file system|out of memory/i.test(
      error.message,
    )
  );
}
