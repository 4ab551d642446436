/** One line for each viewer, first come, first served; the lines take turns. So a long one keeps no other waiting. */
export class FairQueue<Line, T> {
  /** In the order of their turns. */
  private readonly lines = new Map<Line, Set<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  lengthOf(line: Line): number {
    return this.lines.get(line)?.size ?? 0;
  }

  add(line: Line, item: T): void {
    const items = this.lines.get(line) ?? new Set<T>();
    items.add(item);
    this.lines.set(line, items);
    this.count++;
  }

  delete(line: Line, item: T): boolean {
    const items = this.lines.get(line);
    if (!items?.delete(item)) return false;
    if (items.size === 0) this.lines.delete(line);
    this.count--;
    return true;
  }

  /** Takes the first of the line whose turn it is. @param isReady whether a line may go on now */
  take(isReady: (line: Line) => boolean): { line: Line; item: T } | undefined {
    for (const [line, items] of this.lines) {
      if (!isReady(line)) continue;
      const [item] = items;
      if (item === undefined) continue;
      this.delete(line, item);
      if (items.size > 0) {
        this.lines.delete(line);
        this.lines.set(line, items);
      }
      return { line, item };
    }
    return undefined;
  }

  /** The longest of some lines. */
  longest(isOneOfThem: (line: Line) => boolean): { line: Line; items: readonly T[] } | undefined {
    let found: [Line, Set<T>] | undefined;
    for (const each of this.lines) {
      if (isOneOfThem(each[0]) && each[1].size > (found?.[1].size ?? 0)) found = each;
    }
    return found && { line: found[0], items: [...found[1]] };
  }

  /** Empties it. */
  drain(): T[] {
    const items = [...this.lines.values()].flatMap((line) => [...line]);
    this.lines.clear();
    this.count = 0;
    return items;
  }
}
