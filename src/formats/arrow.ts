import {
  AsyncByteQueue,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { ColumnKind } from '../engine/column-batch.ts';
import { jsonText } from './cell-text.ts';
import { coalesce } from './coalesce.ts';
import type { Format } from './table.ts';

const BATCH_ROWS = 16_384;

const TYPES: Readonly<Record<ColumnKind, DataType>> = {
  boolean: new Bool(),
  int32: new Int32(),
  int64: new Int64(),
  float64: new Float64(),
  text: new Utf8(),
  wide: new Utf8(),
  nested: new Utf8(),
  date: new DateDay(),
  instant: new TimestampMicrosecond('UTC'),
};

/** Arrow's IPC stream: the schema, record batches of some ten thousand rows, and an end mark. */
export const arrow: Format = {
  extension: 'arrow',
  mediaTypes: ['application/vnd.apache.arrow.stream', 'application/x-arrow'],
  async *encode({ columns, batches, metadata }) {
    const fields = columns.map(({ name, kind }) => new Field(name, TYPES[kind], true));
    const schema = new Schema(fields, new Map(Object.entries(metadata)));
    const row = new Struct(fields);
    const pieces = new Pieces();
    const writer = new RecordBatchStreamWriter({ autoDestroy: false });
    writer.reset(pieces, schema);
    for await (const { rowCount, columns: values } of coalesce(batches, BATCH_ROWS)) {
      const children = columns.map(({ kind }, column) => columnData(kind, rowCount, values[column] ?? []));
      writer.write(
        new RecordBatch(schema, makeData({ type: row, length: rowCount, nullCount: 0, children })),
      );
      yield pieces.take();
    }
    writer.finish();
    yield pieces.take();
  },
};

/** Hands over what is written at once: the queue of the library would wait for more. */
class Pieces extends AsyncByteQueue {
  private written: Uint8Array[] = [];

  override write(piece: ArrayBufferLike | ArrayBufferView): void {
    const view = ArrayBuffer.isView(piece)
      ? new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)
      : new Uint8Array(piece);
    this.written.push(view);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.written);
    this.written = [];
    return bytes;
  }
}

function columnData(kind: ColumnKind, length: number, values: readonly unknown[]): Data {
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let row = 0; row < length; row++) {
    if ((values[row] ?? null) === null) nullCount++;
    else nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return makeData({
    type: TYPES[kind],
    length,
    nullCount,
    nullBitmap,
    ...buffersOf(kind, length, values),
  } as never);
}

function buffersOf(kind: ColumnKind, length: number, values: readonly unknown[]) {
  switch (kind) {
    case 'boolean': {
      const data = new Uint8Array(Math.ceil(length / 8));
      for (let row = 0; row < length; row++) {
        if (values[row] === true) data[row >> 3] = (data[row >> 3] as number) | (1 << (row & 7));
      }
      return { data };
    }
    case 'int32':
    case 'date':
      return { data: Int32Array.from(values, (value) => (value as number | null) ?? 0) };
    case 'float64':
      return { data: Float64Array.from(values, (value) => (value as number | null) ?? 0) };
    case 'int64':
    case 'instant':
      return { data: BigInt64Array.from(values, (value) => (value as bigint | null) ?? 0n) };
    case 'nested':
      return textBuffers(values.map((value) => (value === null ? '' : jsonText(value))));
    case 'text':
    case 'wide':
      return textBuffers(values.map((value) => (value as string | null) ?? ''));
  }
}

function textBuffers(texts: readonly string[]) {
  const valueOffsets = new Int32Array(texts.length + 1);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += Buffer.byteLength(text);
    valueOffsets[index + 1] = end;
  }
  return { valueOffsets, data: Buffer.from(texts.join('')) };
}
