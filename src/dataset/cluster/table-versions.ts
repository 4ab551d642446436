import type { TableVersion } from './table-files.ts';

/** Versions back to which files that are gone are remembered, for views and requests that still rest on them. */
const KEPT = 16;

/** The versions, by their place in the order in which they were seen, in which a file was part of the table: all from first to last. */
interface Run {
  readonly first: number;
  last: number;
}

/**
 * Tells in which version a table has a set of files. A view outlives the version of which it was made, and a table that has
 * moved on shows no rows of a file that it has replaced, without an error, though the file is still there: so
 * statements read the table at a version that has all of theirs.
 */
export class TableVersions {
  private names: string[] = [];
  private runs = new Map<string, Run>();
  private at = -1;
  private current: TableVersion | undefined;

  get newest(): TableVersion | undefined {
    return this.current;
  }

  note(version: TableVersion): void {
    if (version === this.current) return;
    // The same name for something else, or other columns: of older versions nothing is known any more.
    if (this.names.includes(version.name) || this.current?.schema !== version.schema) this.runs.clear();
    const place = ++this.at;
    for (const path of version.paths) {
      const run = this.runs.get(path);
      if (run?.last === place - 1) run.last = place;
      else this.runs.set(path, { first: place, last: place });
    }
    for (const [path, { last }] of this.runs) if (last <= place - KEPT) this.runs.delete(path);
    this.names = [...this.names, version.name].slice(-KEPT);
    this.current = version;
  }

  /** @returns the name of the latest version that has all of these; undefined where none is known */
  withAll(paths: readonly string[]): string | undefined {
    let [first, last] = [0, this.at];
    for (const path of paths) {
      const run = this.runs.get(path);
      if (run === undefined) return undefined;
      first = Math.max(first, run.first);
      last = Math.min(last, run.last);
    }
    return first > last ? undefined : this.names[last - this.at + this.names.length - 1];
  }
}
