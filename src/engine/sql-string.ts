/** A name as it stands in a statement, of either engine. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Quotes text for DuckDB's statements that take no bound parameters: LOAD, SET and CREATE SECRET.
 * The only place where a value is pasted into SQL.
 * @throws RangeError for text with a NUL, which would end the statement early.
 */
export function sqlString(text: string): string {
  if (text.includes('\0')) throw new RangeError('expected text without NUL, but got one');
  return `'${text.replaceAll("'", "''")}'`;
}
