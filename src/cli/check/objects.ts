import pMap from 'p-map';
import type { Config } from '../../config/config.ts';
import { inspectColumns, isQuarantined, type ManifestEntry } from '../../dataset/inspect.ts';
import { DatasetChangedError, StorageAccessDeniedError, StorageUnavailableError } from '../../errors.ts';
import type { Storage, StoredObject } from '../../storage/storage.ts';
import { spread } from '../spread.ts';
import { columnAdvice, describeColumns } from './columns.ts';
import { refusalMend, toRead } from './refusal.ts';
import { type Finding, fail, type Looked, ok, warn } from './report.ts';

/** Footers read at once, as many as the service does. */
const CONCURRENCY = 16;
/** Of each kind: the rest is like them. */
const MOST_TOLD = 3;

interface Seen {
  readonly object: StoredObject;
  readonly entry?: ManifestEntry;
  /** Why it holds no readings. */
  readonly reason?: string;
  /** Why the store did not give it. */
  readonly error?: StorageUnavailableError | DatasetChangedError;
  readonly columns: ReadonlyMap<string, string>;
  readonly durationMs: number;
}

/** Whether objects can be read and hold readings. @returns one that does, the newest of those that were looked into */
export async function lookAtObjects(
  storage: Storage,
  objects: readonly StoredObject[],
  { sample, data }: { readonly sample: number; readonly data: Config['data'] },
): Promise<Looked<ManifestEntry>> {
  const seen = await pMap(spread(objects, sample), (object) => lookAtObject(storage, object), {
    concurrency: CONCURRENCY,
  });
  const good = seen.filter(({ entry }) => entry !== undefined);
  const isLost = good.length === 0;
  const findings = [
    ...goodFindings(good, seen.length),
    ...refusedFindings(seen, data, isLost),
    ...brokenFindings(seen, isLost),
  ];
  const newest = good.toSorted(
    (a, b) => b.object.lastModified.getTime() - a.object.lastModified.getTime(),
  )[0];
  return { findings, value: newest?.entry };
}

async function lookAtObject(storage: Storage, object: StoredObject): Promise<Seen> {
  const started = performance.now();
  try {
    const { inspection, columns } = await inspectColumns(storage, object);
    const durationMs = performance.now() - started;
    return isQuarantined(inspection)
      ? { object, reason: inspection.reason, columns, durationMs }
      : { object, entry: inspection, columns, durationMs };
  } catch (error) {
    if (!(error instanceof StorageUnavailableError || error instanceof DatasetChangedError)) throw error;
    return { object, error, columns: new Map(), durationMs: performance.now() - started };
  }
}

function goodFindings(good: readonly Seen[], looked: number): Finding[] {
  const [first] = good;
  if (first?.entry === undefined) return [];
  const rows = good.reduce((sum, { entry }) => sum + (entry?.rows ?? 0), 0);
  const median = good.map(({ durationMs }) => durationMs).sort((a, b) => a - b)[good.length >> 1] ?? 0;
  const layouts = new Set(good.map(({ entry }) => entry?.schema.layout)).size;
  return [
    ok(
      `${good.length} of ${looked} objects looked into hold readings: ${rows} rows; a footer takes ${(median / 1000).toFixed(3)} s`,
    ),
    ok(
      `${first.object.key}: ${describeColumns(first.columns, first.entry.schema.device)}${layouts === 1 ? '' : `; ${layouts} layouts in all, which are read together`}`,
    ),
  ];
}

function refusedFindings(seen: readonly Seen[], data: Config['data'], isLost: boolean): Finding[] {
  const refused = seen.flatMap(({ object, error }) => (error === undefined ? [] : [{ object, error }]));
  const [first] = refused;
  if (first === undefined) return [];
  const found = `${refused.length} of ${seen.length} cannot be read, such as ${first.object.key}: ${first.error.message}`;
  return [isLost ? fail(found, mendOf(first.error, data)) : warn(found, mendOf(first.error, data))];
}

function mendOf(error: Error, data: Config['data']): string {
  if (error instanceof DatasetChangedError) return 'check again: it was replaced meanwhile';
  if (data.kind !== 's3') return 'let the user of the service read them';
  if (error instanceof StorageAccessDeniedError) return refusalMend(error, data.s3, toRead(data.s3));
  return 'let this machine reach the store, and check again';
}

function brokenFindings(seen: readonly Seen[], isLost: boolean): Finding[] {
  const broken = seen.flatMap(({ object, reason, columns }) =>
    reason === undefined ? [] : [{ object, reason, columns }],
  );
  const byReason = Map.groupBy(broken, ({ reason }) => reason);
  const told = [...byReason].slice(0, MOST_TOLD).map(([reason, alike]) => {
    const [first] = alike;
    const others = alike.length === 1 ? '' : ` (and ${alike.length - 1} more)`;
    const found = `${first?.object.key}${others}: ${reason}`;
    const mend = columnAdvice(first?.columns ?? new Map(), first?.object.key ?? '');
    return isLost ? fail(found, mend) : warn(found, mend);
  });
  const left = byReason.size - told.length;
  return left > 0
    ? [...told, warn(`${left} more reasons; dataset { quarantined { key reason } } of the service lists all`)]
    : told;
}
