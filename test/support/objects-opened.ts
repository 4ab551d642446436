import type { StatementEvent } from '../../src/engine/engine.ts';

/** How many objects a statement opened. */
export function objectsOpened({ params }: StatementEvent): number {
  return Object.entries(params)
    .filter(([name]) => /^objects_\d+$/.test(name))
    .reduce((sum, [, paths]) => sum + (Array.isArray(paths) ? paths.length : 0), 0);
}
