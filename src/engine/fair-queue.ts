/** One line for each viewer, first come, first served; the lines take turns. So a long one keeps no other waiting. */
export class FairQueue<T> {
  /** In the order of their turns. */
  private readonly lines = new Map<string, Set<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  lengthOf(viewer: string): number {
    return this.lines.get(viewer)?.size ?? 0;
  }

  add(viewer: string, item: T): void {
    const line = this.lines.get(viewer) ?? new Set<T>();
    line.add(item);
    this.lines.set(viewer, line);
    this.count++;
  }

  delete(viewer: string, item: T): boolean {
    const line = this.lines.get(viewer);
    if (!line?.delete(item)) return false;
    if (line.size === 0) this.lines.delete(viewer);
    this.count--;
    return true;
  }

  /** Takes the first of the line whose turn it is. @param isReady whether a viewer may have one now */
  take(isReady: (viewer: string) => boolean): { viewer: string; item: T } | undefined {
    for (const [viewer, line] of this.lines) {
      if (!isReady(viewer)) continue;
      const [item] = line;
      if (item === undefined) continue;
      this.delete(viewer, item);
      if (line.size > 0) {
        this.lines.delete(viewer);
        this.lines.set(viewer, line);
      }
      return { viewer, item };
    }
    return undefined;
  }

  /** The viewer with the longest line. */
  longest(): { viewer: string; items: readonly T[] } | undefined {
    let found: [string, Set<T>] | undefined;
    for (const line of this.lines) if (line[1].size > (found?.[1].size ?? 0)) found = line;
    return found && { viewer: found[0], items: [...found[1]] };
  }

  /** Empties it. */
  drain(): T[] {
    const items = [...this.lines.values()].flatMap((line) => [...line]);
    this.lines.clear();
    this.count = 0;
    return items;
  }
}
