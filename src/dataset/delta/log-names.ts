import type { StoredObject } from '../../storage/storage.ts';

export const LOG_FOLDER = '_delta_log/';

const COMMIT = /^(\d{20})\.json$/;
/** In one file, in parts of which the name tells how many, or (its second edition) with a name of its own. */
const CHECKPOINT = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const NAMED_CHECKPOINT = /^(\d{20})\.checkpoint\.[\da-f-]{36}\.(?:json|parquet)$/;

/** What the log's folder holds. */
export interface LogFiles {
  readonly commits: ReadonlyMap<number, StoredObject>;
  /** The newest one that is there with all its parts. */
  readonly checkpoint: LogCheckpoint | undefined;
}

export interface LogCheckpoint {
  readonly version: number;
  readonly parts: readonly StoredObject[];
}

/** @param objects of the log's folder; others than commits and checkpoints are left alone */
export function logFiles(objects: readonly StoredObject[]): LogFiles {
  const commits = new Map<number, StoredObject>();
  const checkpoints = new Map<string, { version: number; of: number; parts: StoredObject[] }>();
  for (const object of objects) {
    const name = object.key.slice(LOG_FOLDER.length);
    const commit = COMMIT.exec(name);
    if (commit !== null) commits.set(Number(commit[1]), object);
    const part = CHECKPOINT.exec(name);
    const found = part ?? NAMED_CHECKPOINT.exec(name);
    if (found === null) continue;
    const of = part?.[3] === undefined ? 1 : Number(part[3]);
    const id = of === 1 && part?.[3] === undefined ? name : `${found[1]} of ${of}`;
    const parts = checkpoints.get(id)?.parts ?? [];
    checkpoints.set(id, { version: Number(found[1]), of, parts: [...parts, object] });
  }
  const whole = [...checkpoints.values()].filter(({ of, parts }) => parts.length === of);
  const newest = whole.toSorted((one, other) => other.version - one.version)[0];
  return { commits, checkpoint: newest && { version: newest.version, parts: newest.parts } };
}

/** In the folder, all files of a version come after this and before that of the next. */
export const beforeVersion = (version: number) => `${LOG_FOLDER}${padded(version)}`;

const padded = (version: number) => String(version).padStart(20, '0');
