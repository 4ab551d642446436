import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnKind } from '../engine/column-batch.ts';
import { jsonText } from './cell-text.ts';
import { coalesce } from './coalesce.ts';
import type { Format } from './table.ts';

/** All rows of a group are in memory at once, several times over. */
const ROW_GROUP_ROWS = 32_768;

const ELEMENTS: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  boolean: { type: 'BOOLEAN' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  float64: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  wide: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  nested: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
};

/** Snappy, groups of some ten thousand rows; the footer, without which it is no Parquet, comes last. */
export const parquet: Format = {
  extension: 'parquet',
  mediaTypes: ['application/vnd.apache.parquet', 'application/parquet', 'application/x-parquet'],
  async *encode({ columns, batches, metadata }) {
    const bytes = new ByteWriter();
    const writer = new ParquetWriter({
      writer: bytes,
      schema: [
        { name: 'schema', num_children: columns.length },
        ...columns.map(({ name, kind }) => ({
          name,
          repetition_type: 'OPTIONAL' as const,
          ...ELEMENTS[kind],
        })),
      ],
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      createdBy: 'telemetry-analytics-api',
    });
    for await (const batch of coalesce(batches, ROW_GROUP_ROWS)) {
      await writer.write({
        columnData: columns.map(({ name, kind }, column) => ({
          name,
          data: [...physical(kind, batch.columns[column] ?? [])],
          offsetIndex: false,
        })),
        rowGroupSize: batch.rowCount,
      });
      yield drained(bytes);
    }
    await writer.finish();
    yield drained(bytes);
  },
};

function physical(kind: ColumnKind, values: readonly unknown[]): readonly unknown[] {
  return kind === 'nested' ? values.map((value) => (value === null ? null : jsonText(value))) : values;
}

/** What has been written since the last time. The writer goes on counting from the beginning of the file. */
function drained(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
