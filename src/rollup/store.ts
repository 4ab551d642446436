import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { ManifestEntry } from '../dataset/inspect.ts';
import { identityOf, type ObjectIdentity } from '../dataset/snapshot.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { ColumnBatch } from '../engine/column-batch.ts';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { DuckDbStream } from '../engine/duckdb-stream.ts';
import type { Row, RunOptions, Statement } from '../engine/engine.ts';
import { DatasetChangedError } from '../errors.ts';
import { logVersion } from './change-log.ts';
import { addPartials, exchange, type ObjectPartials, removePartials } from './changes.ts';
import {
  grainOf,
  type OpenedStore,
  openInMemory,
  openStore,
  putAside,
  type RollupStoreOptions,
  type StoredEntry,
} from './open-store.ts';
import { type HeldObject, planPublish } from './plan.ts';
import { scopedStatement } from './scoped-statement.ts';
import { SLOTS, type Slots } from './slots.ts';

/** What a statement is asked of: the rollups of a version, and of them the devices that may be seen. */
export type RollupView = Pick<DatasetView, 'rollups' | 'scope'>;

interface State {
  readonly engine: DuckDbEngine;
  /** By identity. */
  readonly objects: Map<string, StoredEntry>;
  version: string | null;
  /** How many exchanges led to this version: never the same number for another one, unlike the version itself. */
  exchange: number;
  /** What clients call this version; unset: nothing that they were told of since the file was opened. */
  answers: string | undefined;
  nextId: number;
}

/** Holds the partials and the levels merged from them. One writer, many readers, one version at a time. */
export class RollupStore {
  /** Of its partials. */
  readonly slots: Slots;
  private readonly options: RollupStoreOptions;
  private state: State;
  private exchanging = false;
  /** What an error has left the file: unusable until it is opened anew, or damaged for good. */
  private fault: 'closed' | 'damaged' | undefined;

  private constructor(options: RollupStoreOptions, opened: OpenedStore) {
    this.options = options;
    this.slots = SLOTS[grainOf(options)];
    this.state = stateOf(opened);
  }

  /** See `openStore`. While the disk takes nothing, nothing is kept, and `recover` looks for the file again. */
  static async open(options: RollupStoreOptions): Promise<RollupStore> {
    try {
      return new RollupStore(options, await openStore(options));
    } catch (error) {
      options.log.error(
        { err: error },
        'The kept rollups cannot be opened; they are tried again at the next refresh',
      );
      const store = new RollupStore(options, await openInMemory(options));
      store.fault = 'closed';
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

  /** How busy its connections are. */
  get load(): DuckDbEngine['load'] {
    return this.state.engine.load;
  }

  newObjectId(): number {
    return this.state.nextId++;
  }

  /**
   * Runs a SELECT on the rollups of one version: see `scopedStatement`.
   * @throws DatasetChangedError when they are of another version, or became so meanwhile.
   */
  run(view: RollupView, statement: Statement, options?: RunOptions): Promise<Row[]> {
    return this.read(view, statement, (engine, scoped) => engine.run(scoped, options));
  }

  /** The same as `run`, as the engine holds it: for many numbers. */
  chunks(view: RollupView, statement: Statement, options?: RunOptions): Promise<readonly DuckDBDataChunk[]> {
    return this.read(view, statement, (engine, scoped) => engine.fetchChunks(scoped, options));
  }

  /**
   * The same as `run`, as rows are asked for. All are of one moment, that of the beginning: an exchange that comes while
   * they are read changes nothing about them.
   */
  async *stream(
    view: RollupView,
    statement: Statement,
    options?: RunOptions,
  ): AsyncGenerator<ColumnBatch, void> {
    const { state } = this;
    let begun: DuckDbStream | undefined;
    try {
      const batches = await this.read(view, statement, async (engine, scoped) => {
        begun = await engine.stream(scoped, options);
        return begun;
      });
      try {
        yield* batches;
      } catch (error) {
        this.explain(error, state);
      }
    } finally {
      await begun?.return();
    }
  }

  private async read<T>(
    { rollups, scope }: RollupView,
    statement: Statement,
    read: (engine: DuckDbEngine, scoped: Statement) => Promise<T>,
  ): Promise<T> {
    const { state, exchanging } = this;
    const { engine, exchange } = state;
    if (rollups !== null && state.version === rollups) {
      const result = await read(engine, scopedStatement(statement, scope)).catch((error) =>
        this.explain(error, state),
      );
      const isOver = this.exchanging || this.state !== state || state.exchange !== exchange;
      // A commit shows before we hear of it: during an exchange only the store itself knows which side it is on.
      if ((!exchanging && !isOver) || (await this.exchangeIn(state)) === exchange) return result;
    }
    throw new DatasetChangedError('The rollups moved on to another snapshot');
  }

  private async exchangeIn(state: State): Promise<unknown> {
    const statement = { name: 'rollup_exchange', sql: 'SELECT exchange FROM state' };
    const [row] = await state.engine
      .run(statement, { unrefusable: true })
      .catch((error) => this.explain(error, state));
    return row?.['exchange'];
  }

  /** A fault of the file, or its end, is none of the question: asked again, it is answered. */
  private explain(error: unknown, state: State): never {
    // Of a file that was opened anew meanwhile it tells nothing about the new one.
    if (this.state === state) this.note(error);
    if (this.fault === undefined && this.state === state) throw error;
    throw new DatasetChangedError('The rollups are opened anew', { cause: error });
  }

  /** Writes partials that do not count yet: no reader sees them, and they outlive a crash. */
  async stage(added: readonly ObjectPartials[]): Promise<void> {
    if (added.length === 0) return;
    await this.transaction((connection) => addPartials(connection, added));
    for (const { entry, objectId } of added.flatMap(({ objects }) => objects)) {
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

  /**
   * One transaction: exactly these objects count from now on, under this version. All of it, or nothing.
   * @param answers what clients call it, who may ask later what has changed since; unset: they are not told of it
   */
  async publish(version: string, objects: readonly ObjectIdentity[], answers?: string): Promise<void> {
    const { come, go } = planPublish(this.state.objects, objects);
    if (version === this.state.version && come.length + go.length === 0) return this.name(answers);
    const number = this.state.exchange + 1;
    this.exchanging = true;
    try {
      await this.transaction((connection) =>
        exchange(connection, { number, version, answers, come: idsOf(come), go: idsOf(go) }),
      );
      this.state.exchange = number;
      this.state.answers = answers;
    } finally {
      this.exchanging = false;
    }
    for (const object of go) this.state.objects.delete(identityOf(object));
    for (const object of come) {
      const stored = this.state.objects.get(identityOf(object));
      if (stored !== undefined) this.state.objects.set(identityOf(object), { ...stored, live: true });
    }
    this.state.version = version;
  }

  /** Other objects that cannot be read make another version for clients, and none for the rollups. */
  private async name(answers: string | undefined): Promise<void> {
    const { exchange } = this.state;
    if (answers === undefined || answers === this.state.answers) return;
    await this.transaction((connection) => logVersion(connection, exchange, answers));
    this.state.answers = answers;
  }

  /** Opens the file anew when an error has left it unusable. */
  async recover(): Promise<void> {
    if (this.fault === undefined) return;
    this.options.log.warn('The rollups are opened anew');
    await this.state.engine.close();
    if (this.fault === 'damaged') await putAside(this.options);
    this.state = stateOf(await openStore(this.options));
    this.fault = undefined;
  }

  close(): Promise<void> {
    return this.state.engine.close();
  }

  private async transaction(write: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    try {
      await this.state.engine.transaction(write);
    } catch (error) {
      this.note(error);
      throw error;
    }
  }

  private note(error: unknown): void {
    const message = messageOf(error);
    // After a failed checkpoint (the disk is full) DuckDB answers nothing any more until the file is opened anew.
    if (DAMAGED.test(message)) this.fault = 'damaged';
    else if (UNUSABLE.test(message)) this.fault ??= 'closed';
    else return;
    this.options.log.error({ err: error }, 'The rollups cannot be used any more');
    this.state.version = null;
  }
}

function stateOf({ engine, version, exchange, objects }: OpenedStore): State {
  return {
    engine,
    version,
    exchange,
    answers: undefined,
    objects: new Map(objects.map((stored) => [identityOf(stored), stored])),
    nextId: objects.reduce((next, { objectId }) => Math.max(next, objectId + 1), 1),
  };
}

const idsOf = (objects: readonly HeldObject[]) => objects.map(({ objectId }) => objectId);

const DAMAGED = /corrupt database file|computed checksum/i;
const UNUSABLE = /^FATAL|has been invalidated/i;

/** As DuckDB said it, below what we tell clients. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
