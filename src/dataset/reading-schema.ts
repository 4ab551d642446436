import type { SchemaElement } from 'hyparquet';

/** How the columns of one object become readings. */
export interface ReadingSchema {
  /** Objects with equal layouts can be read by one `read_parquet`. */
  readonly layout: string;
  /**
   * Where the device stands: in the column `device_id`, there as UTF-8 bytes without the annotation that they are text, or
   * in the key (`device_id=…/`) because the file has no such column.
   */
  readonly device: DevicePlace;
}

export const DEVICE_PLACES = ['column', 'bytes', 'key'] as const;
type DevicePlace = (typeof DEVICE_PLACES)[number];

/** One refusal, said so that the producer of the object can mend it. */
class UnusableSchemaError extends Error {}

/** Columns that DuckDB adds of itself and that decide between rows of equal time; a file's own would take their place. */
const TAKEN = ['file_index', 'file_row_number'];

export const METRICS = ['voltage', 'temperature', 'soc'] as const;

/**
 * Decides whether an object holds readings, from its footer alone.
 * Column names are compared without case, in any order; further columns are left alone.
 * @throws UnusableSchemaError that names the column, what was expected and what came.
 */
export function readingSchema(key: string, elements: readonly SchemaElement[]): ReadingSchema {
  const columns = topLevelColumns(elements);
  for (const name of TAKEN) {
    if (columns.has(name))
      throw new UnusableSchemaError(`the column ${name}: expected another name, this one is taken`);
  }
  const inKey = !columns.has('device_id') && deviceInKey(key) !== undefined;
  requireType(column(columns, 'timestamp'), isTimestamp, 'a timestamp');
  for (const metric of METRICS) requireType(column(columns, metric), isNumber, 'a number');
  return {
    layout:
      [...columns].map(([name, element]) => `${name} ${describeType(element)}${digits(element)}`).join(', ') +
      (inKey ? ', device_id in key' : ''),
    device: inKey ? 'key' : devicePlace(column(columns, 'device_id')),
  };
}

/** One word for the type of each column, by its name in lower case. @throws UnusableSchemaError for two of one name */
export function columnTypes(elements: readonly SchemaElement[]): ReadonlyMap<string, string> {
  return new Map([...topLevelColumns(elements)].map(([name, element]) => [name, describeType(element)]));
}

function topLevelColumns(elements: readonly SchemaElement[]): Map<string, SchemaElement> {
  const columns = new Map<string, SchemaElement>();
  let index = 1;
  while (index < elements.length) {
    const element = elements[index];
    if (element === undefined) break;
    const name = element.name.toLowerCase();
    if (columns.has(name)) throw new UnusableSchemaError(`the column ${name} occurs twice`);
    columns.set(name, element);
    index += subtreeSize(elements, index);
  }
  return columns;
}

function subtreeSize(elements: readonly SchemaElement[], index: number): number {
  let size = 1;
  for (let child = 0; child < (elements[index]?.num_children ?? 0); child++) {
    size += subtreeSize(elements, index + size);
  }
  return size;
}

function column(columns: Map<string, SchemaElement>, name: string): SchemaElement {
  const element = columns.get(name);
  if (element === undefined) {
    throw new UnusableSchemaError(
      `there is no column ${name}; its columns are: ${[...columns.keys()].join(', ')}`,
    );
  }
  return element;
}

function requireType(element: SchemaElement, accepts: (type: string) => boolean, expected: string): string {
  const type = describeType(element);
  if (!accepts(type)) {
    throw new UnusableSchemaError(`the column ${element.name}: expected ${expected}, but got ${type}`);
  }
  return type;
}

const isNumber = (type: string) =>
  /^(FLOAT|DOUBLE|FLOAT16|DECIMAL|U?INT_?\d+)$/.test(type) && type !== 'INT96';
const isTimestamp = (type: string) => /^(TIMESTAMP.*|DATE|INT96)$/.test(type);
const isIdentifier = (type: string) => /^(STRING|ENUM|BYTE_ARRAY|UUID|U?INT_?(8|16|32|64))$/.test(type);

function devicePlace(element: SchemaElement): DevicePlace {
  const type = requireType(element, isIdentifier, 'text, a UUID or a whole number');
  // Writers that leave out the text annotation store the same UTF-8 bytes.
  return type === 'BYTE_ARRAY' ? 'bytes' : 'column';
}

/** One word for physical, converted and logical type together; GROUP for nested columns. */
function describeType(element: SchemaElement): string {
  if (element.type === undefined) return element.logical_type?.type ?? element.converted_type ?? 'GROUP';
  if (element.repetition_type === 'REPEATED') return `LIST of ${element.type}`;
  const logical = element.logical_type;
  if (logical?.type === 'TIMESTAMP')
    return `TIMESTAMP_${logical.unit}${logical.isAdjustedToUTC ? '_UTC' : ''}`;
  if (logical?.type === 'INTEGER') return `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}`;
  if (logical?.type !== undefined) return logical.type;
  return element.converted_type === 'UTF8' ? 'STRING' : (element.converted_type ?? element.type);
}

/** Two DECIMAL columns are of equal type only with equal digits: the first file's would round the second's. */
function digits({ precision, scale, logical_type: logical }: SchemaElement): string {
  if (logical?.type === 'DECIMAL') return `(${logical.precision}, ${logical.scale})`;
  return precision === undefined ? '' : `(${precision}, ${scale ?? 0})`;
}

/** The device that a key names, in Hive's layout: `device_id=pack-7/date=2026-01-01/part-0.parquet`, percent-encoded. */
export function deviceInKey(key: string): string | undefined {
  const value = /(?:^|\/)device_id=([^/]+)\//i.exec(key)?.[1];
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
