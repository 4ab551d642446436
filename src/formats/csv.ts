import type { ColumnBatch } from '../engine/column-batch.ts';
import { textWriter } from './cell-text.ts';
import type { Format, TableColumn } from './table.ts';

const NEEDS_QUOTES = /[",\r\n]/;
/** Kinds whose text never needs quotes. */
const BARE = new Set(['boolean', 'int32', 'int64', 'wide', 'float64', 'date', 'instant']);

/**
 * RFC 4180 in UTF-8: a line of names, then the rows, each ended by CRLF. NULL is nothing between the commas, and empty
 * text is `""`, so that the two can be told apart. Values are written as they are, also text that a spreadsheet would
 * take for a formula: whoever reads the file back gets the very ids of the objects.
 */
export const csv: Format = {
  extension: 'csv',
  mediaTypes: ['text/csv'],
  async *encode({ columns, batches }) {
    yield Buffer.from(`${columns.map(({ name }) => quoted(name)).join(',')}\r\n`);
    const writers = columns.map(cellWriter);
    for await (const batch of batches) yield Buffer.from(linesOf(batch, writers));
  },
};

type CellWriter = (value: unknown) => string;

function cellWriter({ kind }: TableColumn): CellWriter {
  const write = textWriter(kind);
  return BARE.has(kind) ? write : (value) => quoted(write(value));
}

function linesOf({ rowCount, columns }: ColumnBatch, writers: readonly CellWriter[]): string {
  let text = '';
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < writers.length; column++) {
      const value = columns[column]?.[row] ?? null;
      if (column > 0) text += ',';
      if (value !== null) text += (writers[column] as CellWriter)(value);
    }
    text += '\r\n';
  }
  return text;
}

function quoted(text: string): string {
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
