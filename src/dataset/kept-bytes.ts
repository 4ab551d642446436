import type { ManifestEntry } from './inspect.ts';
import { identityOf, type Snapshot } from './snapshot.ts';

interface Use {
  running: number;
  /** One has ended without the proof that the object was the same all the time. */
  unproven: boolean;
}

/** A statement over what is kept. */
export interface KeptRead {
  /** @param proven the objects were verified after the statement */
  end(proven: boolean): void;
}

/**
 * Tells which objects may be read through what the engine keeps of earlier reads. DuckDB keeps bytes by path and ETag, but
 * statements that have a path open while its object is replaced mix them up: what one of them still reads of the old
 * object is kept for the new one, which verifies well and answers wrongly. So a key whose object was replaced under a
 * statement is read anew each time from then on. So is an object of which damaged bytes are kept.
 */
export class KeptBytes {
  /** By key, then by identity: statements that run, or ended without proof. */
  private readonly uses = new Map<string, Map<string, Use>>();
  private readonly mixedKeys = new Set<string>();
  private readonly damaged = new Set<string>();
  private snapshot: Snapshot | undefined;

  /** @returns undefined when the objects are to be read anew */
  begin(entries: readonly ManifestEntry[]): KeptRead | undefined {
    for (const { object } of entries) {
      const others = this.uses.get(object.key);
      if (others === undefined) continue;
      const identity = identityOf(object);
      if ([...others.keys()].some((other) => other !== identity)) this.mixedKeys.add(object.key);
    }
    if (!this.mayServe(entries)) return undefined;
    for (const { object } of entries) this.useOf(object.key, identityOf(object)).running++;
    return { end: (proven) => this.end(entries, proven) };
  }

  /** The object is sound at the store, and what is kept of it is not. */
  distrust({ object }: ManifestEntry): void {
    this.damaged.add(identityOf(object));
  }

  /** Keys that are gone need no memory, nor does what nothing runs over. */
  forgetUnlisted(snapshot: Snapshot): void {
    if (this.snapshot === snapshot) return;
    this.snapshot = snapshot;
    if (this.uses.size + this.mixedKeys.size + this.damaged.size === 0) return;
    const keys = new Set(snapshot.objects.map(({ key }) => key));
    for (const [key, uses] of this.uses) {
      const isIdle = [...uses.values()].every(({ running }) => running === 0);
      if (isIdle && !keys.has(key)) this.uses.delete(key);
    }
    for (const key of this.mixedKeys) if (!keys.has(key)) this.mixedKeys.delete(key);
    const identities = new Set(snapshot.objects.map(identityOf));
    for (const identity of this.damaged) if (!identities.has(identity)) this.damaged.delete(identity);
  }

  mayServe(entries: readonly ManifestEntry[]): boolean {
    if (this.mixedKeys.size + this.damaged.size === 0) return true;
    return !entries.some(
      ({ object }) => this.mixedKeys.has(object.key) || this.damaged.has(identityOf(object)),
    );
  }

  private useOf(key: string, identity: string): Use {
    const uses = this.uses.get(key) ?? new Map<string, Use>();
    const use = uses.get(identity) ?? { running: 0, unproven: false };
    this.uses.set(key, uses.set(identity, use));
    return use;
  }

  private end(entries: readonly ManifestEntry[], proven: boolean): void {
    for (const { object } of entries) {
      const identity = identityOf(object);
      const use = this.useOf(object.key, identity);
      use.running--;
      use.unproven ||= !proven;
      if (use.running > 0 || use.unproven) continue;
      const uses = this.uses.get(object.key);
      uses?.delete(identity);
      if (uses?.size === 0) this.uses.delete(object.key);
    }
  }
}
