import { EngineUnavailableError } from '../../errors.ts';
import { deviceInKey, METRICS } from '../reading-schema.ts';
import {
  type AddedFile,
  type DeltaAction,
  type DeltaMetadata,
  type DeltaProtocol,
  isSameVector,
  type RemovedFile,
} from './actions.ts';

/**
 * What a table may ask of who reads it and that does not change which rows its files hold, once files with deletion vectors and
 * columns of other names are refused. What is not known is refused.
 */
const READER_FEATURES = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
  'variantType',
  'variantType-preview',
  'variantShredding-preview',
]);
/** The reader's version from which on the log lists features. */
const FEATURES = 3;
const SCHEME = /^[a-z][\w+.-]*:\//i;

/** Versions of a Delta table, applied one after the other. */
export class DeltaTableState {
  /** By path. */
  private readonly files = new Map<string, AddedFile>();
  private metadata: DeltaMetadata | undefined;
  private protocol: DeltaProtocol | undefined;

  /**
   * @param actions all of one version, or some of those that a checkpoint is made of; their order means nothing
   */
  apply(actions: readonly DeltaAction[]): void {
    for (const { remove } of actions) if (remove) this.remove(remove);
    for (const { add, metaData, protocol } of actions) {
      if (add) this.files.set(add.path, add);
      if (metaData) this.metadata = metaData;
      if (protocol) this.protocol = protocol;
    }
  }

  /**
   * A file with another deletion vector is another one, which stays. One that is removed without a word of its vector is gone
   * all the same: so Trino writes it (OPTIMIZE), and reads it.
   */
  private remove(removed: RemovedFile): void {
    const file = this.files.get(removed.path);
    if (file === undefined) return;
    if (!removed.deletionVector || isSameVector(file, removed)) this.files.delete(removed.path);
  }

  get partitionColumns(): readonly string[] {
    return this.metadata?.partitionColumns ?? [];
  }

  /** Which table it is, its columns and how it is partitioned, as text. */
  get schema(): string {
    return JSON.stringify([this.metadata?.id, this.metadata?.schemaString, this.partitionColumns]);
  }

  /**
   * The keys of the files that the table consists of.
   * @param location of the keys: `s3://bucket/prefix/`
   * @throws EngineUnavailableError where the rows of the table are not those of its files, with what to do about it
   */
  keys(location: string): ReadonlySet<string> {
    this.checkReadable();
    const keys = new Set<string>();
    let deleted = 0;
    const inKey = this.partitionColumns.includes('device_id');
    for (const file of this.files.values()) {
      if (file.deletionVector) deleted++;
      const key = keyOf(file, location);
      if (inKey) checkDevice(key, file);
      keys.add(key);
    }
    if (deleted > 0) {
      throw refused(
        `a table whose files hold its rows, but of ${deleted} of ${this.files.size} files rows are deleted by deletion vectors; OPTIMIZE writes several such files anew, an UPDATE or Spark’s REORG TABLE … APPLY (PURGE) a single one too`,
      );
    }
    return keys;
  }

  private checkReadable(): void {
    const { metadata, protocol } = this;
    if (metadata === undefined || protocol === undefined) {
      throw refused('a log that tells the table’s columns and its protocol, but it does not');
    }
    const { minReaderVersion, readerFeatures } = protocol;
    const unknown = (readerFeatures ?? []).filter((feature) => !READER_FEATURES.has(feature));
    if (minReaderVersion > FEATURES || unknown.length > 0) {
      throw refused(
        `a table that this service can read, but it needs ${unknown.join(', ') || `readers of version ${minReaderVersion}`}`,
      );
    }
    const mapping = metadata.configuration?.['delta.columnMapping.mode'] ?? 'none';
    if (mapping !== 'none') {
      throw refused(
        `files whose columns are named as those of the table, but delta.columnMapping.mode is ${mapping}; a copy without it can be read`,
      );
    }
    const [hidden] = ['timestamp', ...METRICS].filter((name) => metadata.partitionColumns.includes(name));
    if (hidden !== undefined) {
      throw refused(`the column ${hidden} in the files, but the table is partitioned by it`);
    }
  }
}

function keyOf({ path }: AddedFile, location: string): string {
  const decoded = decodePath(path);
  if (!SCHEME.test(decoded) && !decoded.startsWith('/')) return decoded;
  // Hadoop's schemes name the same store.
  const absolute = decoded.replace(/^s3[an]:/, 's3:');
  if (absolute.startsWith(location)) return absolute.slice(location.length);
  throw refused(`all files of the table under ${location}, but it has some elsewhere (a shallow clone?)`);
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw refused('paths of files that are percent-encoded UTF-8, but the log has another one');
  }
}

/** The device of files that have no such column is read from their folder, and the table says it in the log. */
function checkDevice(key: string, { partitionValues }: AddedFile): void {
  const device = partitionValues['device_id'] ?? null;
  if (device !== null && deviceInKey(key) === device) return;
  throw refused(
    'files in folders that name their device (device_id=…/), as the table is partitioned by it, but some lie elsewhere or have none',
  );
}

const refused = (expected: string) => new EngineUnavailableError(`Delta table: expected ${expected}`);
