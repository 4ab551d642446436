import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { ManifestEntry } from '../dataset/inspect.ts';
import { identityOf, type ObjectIdentity } from '../dataset/snapshot.ts';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { Row, RunOptions, Statement } from '../engine/engine.ts';
import { DatasetChangedError } from '../errors.ts';
import { addPartials, exchange, type ObjectPartials, removePartials } from './changes.ts';
import {
  type OpenedStore,
  openInMemory,
  openStore,
  type RollupStoreOptions,
  type StoredEntry,
} from './open-store.ts';
import { type HeldObject, planPublish } from './plan.ts';

interface State {
  readonly engine: DuckDbEngine;
  /** By identity. */
  readonly objects: Map<string, StoredEntry>;
  version: string | null;
  nextId: number;
}

/** Holds the partials and the levels merged from them. One writer, many readers, one version at a time. */
export class RollupStore {
  private readonly options: RollupStoreOptions;
  private state: State;
  /** Counts the beginnings and ends of exchanges, so that a statement knows whether one came in between. */
  private exchanges = 0;
  private failed = false;

  private constructor(options: RollupStoreOptions, opened: OpenedStore) {
    this.options = options;
    this.state = stateOf(opened);
  }

  /** See `openStore`. While the disk takes nothing, it begins in memory, and finds the file again in `recover`. */
  static async open(options: RollupStoreOptions): Promise<RollupStore> {
    try {
      return new RollupStore(options, await openStore(options));
    } catch (error) {
      options.log.error({ err: error }, 'The kept rollups cannot be opened: STATE_DIR takes no more data');
      const store = new RollupStore(options, await openInMemory(options));
      store.failed = true;
      return store;
    }
  }

  /** The version that it answers for; null before the first build. */
  get version(): string | null {
    return this.state.version;
  }

  /** By identity. */
  get held(): ReadonlyMap<string, HeldObject> {
    return this.state.objects;
  }

  /** What the footer of an object told when its partials were made. */
  inspectionOf(object: ManifestEntry['object']): ManifestEntry | undefined {
    const stored = this.state.objects.get(identityOf(object));
    return stored && { object, rows: stored.rows, schema: stored.schema };
  }

  newObjectId(): number {
    return this.state.nextId++;
  }

  /**
   * Runs a SELECT on the rollups of one version.
   * @throws DatasetChangedError when they are of another version, or became so meanwhile.
   */
  run(version: string, statement: Statement, options?: RunOptions): Promise<Row[]> {
    return this.read(version, (engine) => engine.run(statement, options));
  }

  /** The same as `run`, as the engine holds it: for many numbers. */
  chunks(version: string, statement: Statement, options?: RunOptions): Promise<readonly DuckDBDataChunk[]> {
    return this.read(version, (engine) => engine.fetchChunks(statement, options));
  }

  private async read<T>(version: string, read: (engine: DuckDbEngine) => Promise<T>): Promise<T> {
    const { exchanges } = this;
    if (this.state.version === version) {
      const result = await read(this.state.engine);
      if (this.exchanges === exchanges) return result;
    }
    throw new DatasetChangedError('The rollups moved on to another snapshot');
  }

  /** Writes partials that do not count yet: no reader sees them, and they outlive a crash. */
  async stage(added: readonly ObjectPartials[]): Promise<void> {
    if (added.length === 0) return;
    await this.transaction((connection) => addPartials(connection, added));
    for (const { entry, objectId } of added) {
      const { object, rows, schema } = entry;
      this.state.objects.set(identityOf(object), { ...object, rows, schema, objectId, live: false });
    }
  }

  /** Takes away partials that count in no version. */
  async discard(stale: readonly HeldObject[]): Promise<void> {
    if (stale.length === 0) return;
    await this.transaction((connection) => removePartials(connection, idsOf(stale)));
    for (const object of stale) this.state.objects.delete(identityOf(object));
  }

  /** One transaction: exactly these objects count from now on, under this version. All of it, or nothing. */
  async publish(version: string, objects: readonly ObjectIdentity[]): Promise<void> {
    const { come, go } = planPublish(this.state.objects, objects);
    if (version === this.state.version && come.length + go.length === 0) return;
    this.exchanges++;
    await this.transaction((connection) =>
      exchange(connection, { version, come: idsOf(come), go: idsOf(go) }),
    );
    this.exchanges++;
    for (const object of go) this.state.objects.delete(identityOf(object));
    for (const object of come) {
      const stored = this.state.objects.get(identityOf(object));
      if (stored !== undefined) this.state.objects.set(identityOf(object), { ...stored, live: true });
    }
    this.state.version = version;
  }

  /** Opens the file anew when an error has left it unusable. */
  async recover(): Promise<void> {
    if (!this.failed) return;
    this.options.log.warn('The rollups are opened anew');
    await this.state.engine.close();
    this.state = stateOf(await openStore(this.options));
    this.failed = false;
  }

  close(): Promise<void> {
    return this.state.engine.close();
  }

  private async transaction(write: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    try {
      await this.state.engine.transaction(write);
    } catch (error) {
      // After a failed checkpoint (the disk is full) DuckDB answers nothing any more until the file is opened anew.
      if (isFatal(error)) {
        this.failed = true;
        this.state.version = null;
      }
      throw error;
    }
  }
}

function stateOf({ engine, version, objects }: OpenedStore): State {
  return {
    engine,
    version,
    objects: new Map(objects.map((stored) => [identityOf(stored), stored])),
    nextId: objects.reduce((next, { objectId }) => Math.max(next, objectId + 1), 1),
  };
}

const idsOf = (objects: readonly HeldObject[]) => objects.map(({ objectId }) => objectId);

function isFatal(error: unknown): boolean {
  return error instanceof Error && /^FATAL|has been invalidated/i.test(error.message);
}
