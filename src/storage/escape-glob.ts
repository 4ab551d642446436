import { sep } from 'node:path';

/**
 * A path that DuckDB opens as it is, although it expands `*`, `?` and `[` in local paths and cannot be told not to.
 * Only of paths that `canEscapeGlob` accepts.
 */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, (character) => `[${character}]`);
}

/** No pattern matches a backslash, so a path that holds one beside `*`, `?` or `[` cannot be opened. */
export function canEscapeGlob(path: string): boolean {
  return sep === '\\' || !(path.includes('\\') && /[*?[]/.test(path));
}
