import type { ColumnBatch, ColumnKind } from '../engine/column-batch.ts';
import { jsonText, textWriter } from './cell-text.ts';
import type { Format } from './table.ts';

/** One JSON object a line, the rows of the JSON answer. */
export const ndjson: Format = {
  extension: 'ndjson',
  mediaTypes: ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'],
  async *encode({ columns, batches }) {
    const writers = columns.map(({ name, kind }, column) => ({
      before: `${column === 0 ? '{' : ','}${JSON.stringify(name)}:`,
      write: valueWriter(kind),
    }));
    for await (const batch of batches) yield Buffer.from(linesOf(batch, writers));
  },
};

interface MemberWriter {
  readonly before: string;
  write(value: unknown): string;
}

function linesOf({ rowCount, columns }: ColumnBatch, writers: readonly MemberWriter[]): string {
  let text = '';
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < writers.length; column++) {
      const { before, write } = writers[column] as MemberWriter;
      const value = columns[column]?.[row] ?? null;
      text += before + (value === null ? 'null' : write(value));
    }
    text += '}\n';
  }
  return text;
}

function valueWriter(kind: ColumnKind): (value: unknown) => string {
  if (kind === 'text') return JSON.stringify;
  if (kind === 'nested') return jsonText;
  if (kind === 'int64' || kind === 'wide') return wholeText;
  const write = textWriter(kind);
  return kind === 'date' || kind === 'instant' ? (value) => `"${write(value)}"` : write;
}

/** Text past ±(2^53 − 1), so that no digit is lost. */
function wholeText(value: unknown): string {
  return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`;
}
