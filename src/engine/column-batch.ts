/**
 * What the values of a column of a stream are; each may be null.
 *
 * | kind | value |
 * |---|---|
 * | `boolean` | boolean |
 * | `int32` | number |
 * | `int64` | bigint |
 * | `wide` | a whole number of more than 64 bits, as the text of its digits |
 * | `float64` | number; NaN and infinities become null |
 * | `text` | string |
 * | `date` | number: days since 1970-01-01 |
 * | `instant` | bigint: microseconds since 1970-01-01T00:00:00Z |
 * | `nested` | lists, objects and what JSON text holds, as `Row` has them |
 */
export type ColumnKind =
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'wide'
  | 'float64'
  | 'text'
  | 'date'
  | 'instant'
  | 'nested';

/** Some rows, column by column, in the order of the SELECT. */
export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: readonly (readonly unknown[])[];
  /** Of the columns, where the engine tells them with the rows. */
  readonly names?: readonly string[];
}
