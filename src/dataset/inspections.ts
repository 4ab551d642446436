import pMap from 'p-map';
import { DatasetChangedError, StorageAccessDeniedError } from '../errors.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import { type Inspection, inspectObject, isQuarantined, type ManifestEntry } from './inspect.ts';
import { identityOf, isSameObject } from './snapshot.ts';

export interface InspectionsOptions {
  readonly storage: Storage;
  readonly signal: AbortSignal;
  /** What is known of an object from before this process. */
  readonly known: (object: StoredObject) => ManifestEntry | undefined;
}

/** Footers read at once: enough to hide a store's latency, few enough not to be told to slow down. */
const CONCURRENCY = 16;

/** Refreshes from one look at a broken object to the next: they double up to here. */
const MOST_PAUSE = 128;

/** What is known of each object by its key: the manifest, and what is quarantined. */
export class Inspections {
  private readonly options: InspectionsOptions;
  private readonly byKey = new Map<string, Inspection>();
  /** By identity: broken objects, the refresh that looks at them again, and the pause before that. */
  private readonly retries = new Map<string, { at: number; pause: number }>();
  private refreshes = 0;

  constructor(options: InspectionsOptions) {
    this.options = options;
  }

  /** In the order of the objects; one of which nothing is known is left out. */
  of(objects: readonly StoredObject[]): Inspection[] {
    return objects.flatMap((object) => this.byKey.get(object.key) ?? []);
  }

  /**
   * Reads the footers of what is new among these objects, and forgets all others.
   * @returns the objects that are no longer those listed
   * @throws a fault of the store; StorageAccessDeniedError when every object is refused
   */
  async bringTo(objects: readonly StoredObject[]): Promise<StoredObject[]> {
    const listed = new Set(objects.map((object) => object.key));
    for (const key of this.byKey.keys()) if (!listed.has(key)) this.byKey.delete(key);
    this.refreshes++;
    this.forgetRetries(objects);

    const denied: StorageAccessDeniedError[] = [];
    const changed: StoredObject[] = [];
    await pMap(
      objects.filter((object) => this.isNew(object)),
      async (object) => {
        try {
          const inspection = await this.inspect(object);
          this.byKey.set(object.key, inspection);
          if (isQuarantined(inspection)) this.retryLater(object);
        } catch (error) {
          if (error instanceof DatasetChangedError) changed.push(object);
          else if (error instanceof StorageAccessDeniedError) {
            denied.push(error);
            this.byKey.set(object.key, { object, reason: error.message, passing: true });
          } else throw error;
        }
      },
      { concurrency: CONCURRENCY },
    );
    // One forbidden object is that object's fault; all of them forbidden is a fault of the credentials.
    if (denied[0] !== undefined && denied.length === objects.length) throw denied[0];
    return changed;
  }

  /** A statement found this very object broken; what has taken its place since is not at fault. */
  quarantine(object: StoredObject, reason: string): void {
    const known = this.byKey.get(object.key);
    if (known !== undefined && !isSameObject(known.object, object)) return;
    this.byKey.set(object.key, { object, reason });
    this.retryLater(object);
  }

  /** Its bytes may have been damaged on their way, and not be so the next time. */
  private retryLater(object: StoredObject): void {
    const identity = identityOf(object);
    const { at, pause } = this.retries.get(identity) ?? { at: 0, pause: 0.5 };
    // Several statements may stumble over it at once.
    if (at > this.refreshes) return;
    const next = Math.min(pause * 2, MOST_PAUSE);
    this.retries.set(identity, { at: this.refreshes + next, pause: next });
  }

  private forgetRetries(objects: readonly StoredObject[]): void {
    if (this.retries.size === 0) return;
    const listed = new Set(objects.map(identityOf));
    for (const identity of this.retries.keys()) if (!listed.has(identity)) this.retries.delete(identity);
  }

  /** The object changes faster than it can be read. It is tried again at every refresh. */
  setAside(object: StoredObject): void {
    const reason = 'It changes faster than it can be read; it is tried again at every refresh';
    this.byKey.set(object.key, { object, reason, passing: true });
  }

  private async inspect(object: StoredObject): Promise<Inspection> {
    const { storage, signal, known } = this.options;
    return known(object) ?? (await inspectObject(storage, object, { signal }));
  }

  private isNew(object: StoredObject): boolean {
    const known = this.byKey.get(object.key);
    return (
      known === undefined ||
      !isSameObject(known.object, object) ||
      (isQuarantined(known) && (known.passing === true || this.isDue(object)))
    );
  }

  private isDue(object: StoredObject): boolean {
    const retry = this.retries.get(identityOf(object));
    return retry !== undefined && retry.at <= this.refreshes;
  }
}
