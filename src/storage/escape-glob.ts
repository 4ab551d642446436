/**
 * A path that DuckDB opens as it is, although it expands `*`, `?` and `[` in local paths and cannot be told not to.
 * No pattern matches a backslash, so a path that holds one beside those cannot be opened.
 */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, (character) => `[${character}]`);
}
