/** What a person may look through. */
const MOST_ROWS = 1_000;
const MOST_CHARACTERS = 60;

/**
 * Rows in columns, numbers to the right, with their count below. A missing value is empty.
 * @param truncated whether there are more rows than these
 */
export function textTable(rows: readonly Readonly<Record<string, unknown>>[], truncated: boolean): string {
  const shown = rows.slice(0, MOST_ROWS);
  const names = Object.keys(shown[0] ?? {});
  const columns = names.map((name) => {
    const cells = shown.map((row) => cellOf(row[name]));
    const width = Math.max(name.length, ...cells.map((cell) => cell.length));
    const isNumeric = shown.every((row) => row[name] === null || typeof row[name] === 'number');
    const pad = (text: string) => (isNumeric ? text.padStart(width) : text.padEnd(width));
    return { head: pad(name), rule: '-'.repeat(width), cells: cells.map(pad) };
  });
  const line = (cells: readonly string[]) => cells.join('  ').trimEnd();
  const lines = [
    ...(names.length === 0
      ? []
      : [line(columns.map(({ head }) => head)), line(columns.map(({ rule }) => rule))]),
    ...shown.map((_, row) => line(columns.map(({ cells }) => cells[row] ?? ''))),
    countOf(shown.length, rows.length, truncated),
  ];
  return `${lines.join('\n')}\n`;
}

function countOf(shown: number, all: number, truncated: boolean): string {
  if (shown < all || truncated) {
    return `(the first ${shown} of ${truncated ? 'more than ' : ''}${all} rows; --format csv has all)`;
  }
  return `(${all} ${all === 1 ? 'row' : 'rows'})`;
}

/** Control characters would move the cursor, or do worse, on a terminal. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const plain = text.replaceAll(/\p{Cc}/gu, '·');
  return plain.length > MOST_CHARACTERS ? `${plain.slice(0, MOST_CHARACTERS - 1)}…` : plain;
}
