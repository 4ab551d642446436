import { z } from 'zod';
import { EngineUnavailableError, StorageUnavailableError, TelemetryError } from '../../errors.ts';
import { pause } from '../../pace.ts';
import type { KeyRange, Storage, StorageOptions, StoredObject } from '../../storage/storage.ts';
import { type DeltaAction, deltaAction } from './actions.ts';
import { checkpointRows } from './checkpoint.ts';
import { beforeVersion, LOG_FOLDER, type LogCheckpoint, type LogFiles, logFiles } from './log-names.ts';
import { DeltaTableState } from './table-state.ts';

/** The version before the first. */
const NONE = -1;
/** Commits that are fetched at a time. */
const CONCURRENCY = 8;

type LogStorage = Pick<Storage, 'source' | 'listRange' | 'readRange'>;

interface ReadVersion {
  readonly version: number;
  readonly state: DeltaTableState;
  /** Of the commit, which another table in the same place would not have. */
  readonly etag: string | undefined;
}

export interface DeltaVersion {
  readonly version: number;
  /** Of the files that the table consists of. */
  readonly keys: ReadonlySet<string>;
  /** The same as long as the table has the same columns. */
  readonly schema: string;
  readonly partitionColumns: readonly string[];
}

/**
 * Which files a Delta table consists of, by its log in the bucket. After the first time only the commits are read that have
 * come since: one listing where there are none.
 */
export class DeltaLog {
  private readonly storage: LogStorage;
  private read: ReadVersion | undefined;
  private known: DeltaVersion | undefined;

  constructor(storage: LogStorage) {
    this.storage = storage;
  }

  /** @throws EngineUnavailableError where there is no such table, or one whose rows are not those of its files; faults of the store */
  async current(options: StorageOptions = {}): Promise<DeltaVersion> {
    const read = (await this.readOn(options)) ?? (await this.readAll(options));
    if (this.known === undefined || this.read !== read) {
      this.read = read;
      this.known = undefined;
      const { schema, partitionColumns } = read.state;
      const keys = read.state.keys(this.storage.source.location);
      this.known = { version: read.version, keys, schema, partitionColumns };
    }
    return this.known;
  }

  /** From the version that was read last; undefined where that is not part of the log any more. */
  private async readOn(options: StorageOptions): Promise<ReadVersion | undefined> {
    const { read } = this;
    if (read?.etag === undefined) return undefined;
    const after = beforeVersion(read.version);
    const { commits } = logFiles(await this.list({ begin: `${LOG_FOLDER}0`, after }, options));
    if (commits.get(read.version)?.etag !== read.etag) return undefined;
    const newest = newestOf(commits);
    if (newest === read.version) return read;
    const objects = commitsBetween(commits, read.version + 1, newest);
    if (objects === undefined) return undefined;
    // What is applied to half is read from the start again.
    this.read = undefined;
    await this.apply(read.state, objects, options);
    return { version: newest, state: read.state, etag: objects.at(-1)?.etag };
  }

  private async readAll(options: StorageOptions): Promise<ReadVersion> {
    const listed = await this.list({ begin: LOG_FOLDER }, options);
    const { commits, checkpoint } = logFiles(listed);
    const newest = Math.max(checkpoint?.version ?? NONE, newestOf(commits));
    const { location } = this.storage.source;
    if (newest === NONE) {
      throw new EngineUnavailableError(
        `expected a Delta table at ${location}, but there is no log in ${LOG_FOLDER}; S3_BUCKET and S3_PREFIX say where`,
      );
    }
    const objects = commitsBetween(commits, (checkpoint?.version ?? NONE) + 1, newest);
    if (objects === undefined) {
      throw new EngineUnavailableError(
        `expected all commits of the Delta table at ${location} since its last checkpoint, but some of the versions up to ${newest} are not there`,
      );
    }
    const state = new DeltaTableState();
    if (checkpoint !== undefined) await this.applyCheckpoint(state, checkpoint, listed, options);
    await this.apply(state, objects, options);
    return { version: newest, state, etag: commits.get(newest)?.etag };
  }

  private async applyCheckpoint(
    state: DeltaTableState,
    { parts }: LogCheckpoint,
    listed: readonly StoredObject[],
    options: StorageOptions,
  ): Promise<void> {
    const byKey = new Map(listed.map((object) => [object.key, object]));
    const sidecars: string[] = [];
    for (const part of parts) {
      for await (const actions of this.actionsOf(part, options)) {
        state.apply(withoutRemoved(actions));
        for (const { sidecar } of actions) if (sidecar) sidecars.push(decodeURIComponent(sidecar.path));
      }
    }
    for (const name of sidecars) {
      const key = `${LOG_FOLDER}_sidecars/${name}`;
      const object = byKey.get(key);
      if (object === undefined) throw damaged(key, 'it is not there');
      for await (const actions of this.actionsOf(object, options)) state.apply(withoutRemoved(actions));
    }
  }

  private async apply(
    state: DeltaTableState,
    commits: readonly StoredObject[],
    options: StorageOptions,
  ): Promise<void> {
    for (let place = 0; place < commits.length; place += CONCURRENCY) {
      const some = commits.slice(place, place + CONCURRENCY);
      const texts = await Promise.all(
        some.map((commit) => this.storage.readRange(commit, 0, commit.size, options)),
      );
      for (const [index, text] of texts.entries()) {
        const actions: DeltaAction[] = [];
        for await (const parsed of parsedLines(text, some[index]?.key ?? '')) actions.push(...parsed);
        state.apply(actions);
      }
    }
  }

  private async *actionsOf(
    object: StoredObject,
    options: StorageOptions,
  ): AsyncGenerator<readonly DeltaAction[], void> {
    if (object.key.endsWith('.json')) {
      return yield* parsedLines(await this.storage.readRange(object, 0, object.size, options), object.key);
    }
    const file = {
      byteLength: object.size,
      slice: async (start: number, end = object.size) =>
        new Uint8Array(await this.storage.readRange(object, start, end, options)).buffer,
    };
    try {
      for await (const rows of checkpointRows(file)) yield actionsIn(rows);
    } catch (error) {
      throw error instanceof TelemetryError ? error : damaged(object.key, error);
    }
  }

  private async list(range: KeyRange, options: StorageOptions): Promise<readonly StoredObject[]> {
    return (await this.storage.listRange?.(range, options)) ?? [];
  }
}

function newestOf(commits: LogFiles['commits']): number {
  let newest = NONE;
  for (const version of commits.keys()) newest = Math.max(newest, version);
  return newest;
}

/** @returns undefined where one of them is not there */
function commitsBetween(
  commits: LogFiles['commits'],
  first: number,
  last: number,
): readonly StoredObject[] | undefined {
  const found: StoredObject[] = [];
  for (let version = first; version <= last; version++) {
    const commit = commits.get(version);
    if (commit === undefined) return undefined;
    found.push(commit);
  }
  return found;
}

/** In a checkpoint these tell what may be deleted from the bucket, and nothing of what the table has. */
const withoutRemoved = (actions: readonly DeltaAction[]) => actions.filter(({ remove }) => !remove);

const LINES = 1_000;

async function* parsedLines(bytes: Uint8Array, key: string): AsyncGenerator<readonly DeltaAction[], void> {
  try {
    const lines = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n');
    for (let place = 0; place < lines.length; place += LINES) {
      const some = lines.slice(place, place + LINES).filter((line) => line.trim() !== '');
      yield actionsIn(some.map((line): unknown => JSON.parse(line)));
      await pause();
    }
  } catch (error) {
    throw damaged(key, error);
  }
}

const actionsOfRows = z.array(deltaAction);
const actionsIn = (rows: readonly unknown[]) => actionsOfRows.parse(rows);

function damaged(key: string, cause: unknown): StorageUnavailableError {
  return new StorageUnavailableError(
    `The log of the Delta table cannot be read: ${key} is damaged or missing`,
    {
      cause,
    },
  );
}
