import type { SchemaElement } from 'hyparquet';
import { expect, test } from 'vitest';
import { deviceInKey, readingSchema } from '../../src/dataset/reading-schema.ts';

type Type = Omit<SchemaElement, 'name'>;

const DOUBLE: Type = { type: 'DOUBLE' };
const TEXT: Type = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
const MICROS: Type = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MICROS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
};
const USUAL = { device_id: TEXT, timestamp: MICROS, voltage: DOUBLE, temperature: DOUBLE, soc: DOUBLE };

/** The elements of a footer: the root, then the columns in order; an array is a group with its children. */
function footer(
  columns: Readonly<Record<string, Type | readonly SchemaElement[] | undefined>>,
): SchemaElement[] {
  const elements = Object.entries(columns).flatMap(([name, type]): SchemaElement[] => {
    if (type === undefined) return [];
    if (!Array.isArray(type)) return [{ name, repetition_type: 'OPTIONAL', ...(type as Type) }];
    const group = type as readonly SchemaElement[];
    return [{ name, repetition_type: 'OPTIONAL', num_children: childrenOf(group) }, ...group];
  });
  return [{ name: 'duckdb_schema', num_children: Object.keys(columns).length }, ...elements];
}

/** How many of these elements, in depth-first order, have no parent among them. */
function childrenOf(elements: readonly SchemaElement[]): number {
  let count = 0;
  for (let index = 0, open = 0; index < elements.length; index++) {
    if (open === 0) count++;
    else open--;
    open += elements[index]?.num_children ?? 0;
  }
  return count;
}

const schemaWith = (
  columns: Readonly<Record<string, Type | readonly SchemaElement[] | undefined>>,
  key = 'a.parquet',
) => readingSchema(key, footer({ ...USUAL, ...columns }));

const integer = (bitWidth: number, isSigned: boolean): Type => ({
  type: bitWidth === 64 ? 'INT64' : 'INT32',
  logical_type: { type: 'INTEGER', bitWidth, isSigned },
});
const decimal = (precision: number, scale: number): Type => ({
  type: 'INT32',
  converted_type: 'DECIMAL',
  precision,
  scale,
  logical_type: { type: 'DECIMAL', precision, scale },
});
const timestamp = (unit: 'MILLIS' | 'MICROS' | 'NANOS', isAdjustedToUTC: boolean): Type => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit },
});
const UUID: Type = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } };
const JSON_TEXT: Type = { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } };
const DATE: Type = { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
const TIME: Type = { type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } };
const INTERVAL: Type = { type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'INTERVAL' };
const GROUP: readonly SchemaElement[] = [{ name: 'volts', type: 'DOUBLE' }];
const LIST: readonly SchemaElement[] = [
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'DOUBLE' },
];

test('the usual schema', () => {
  expect(schemaWith({})).toEqual({
    layout: 'device_id STRING, timestamp TIMESTAMP_MICROS, voltage DOUBLE, temperature DOUBLE, soc DOUBLE',
    device: 'column',
  });
});

test.each([
  ['DOUBLE', DOUBLE],
  ['FLOAT', { type: 'FLOAT' }],
  ['FLOAT16', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } }],
  ['INT32', { type: 'INT32' }],
  ['INT64', { type: 'INT64' }],
  ['INT_8', integer(8, true)],
  ['UINT_8', integer(8, false)],
  ['UINT_64', integer(64, false)],
  ['INT_16', { type: 'INT32', converted_type: 'INT_16' }],
  ['DECIMAL(6, 3)', decimal(6, 3)],
  ['DECIMAL(9, 0)', { type: 'INT32', converted_type: 'DECIMAL', precision: 9 }],
] as [string, Type][])('a metric may be %s', (name, type) => {
  for (const metric of ['voltage', 'temperature', 'soc']) {
    expect(schemaWith({ [metric]: type }).layout).toContain(`${metric} ${name}`);
  }
});

test.each([
  ['STRING', TEXT],
  ['BOOLEAN', { type: 'BOOLEAN' }],
  ['INT96', { type: 'INT96' }],
  ['TIMESTAMP_MICROS', MICROS],
  ['DATE', DATE],
  ['TIME', TIME],
  ['INTERVAL', INTERVAL],
  ['BYTE_ARRAY', { type: 'BYTE_ARRAY' }],
  ['LIST of DOUBLE', { type: 'DOUBLE', repetition_type: 'REPEATED' }],
  ['GROUP', GROUP],
] as [string, Type | SchemaElement[]][])('a metric may not be %s', (name, type) => {
  for (const metric of ['voltage', 'temperature', 'soc']) {
    expect(() => schemaWith({ [metric]: type })).toThrow(
      `the column ${metric}: expected a number, but got ${name}`,
    );
  }
});

test.each([
  ['TIMESTAMP_MILLIS', timestamp('MILLIS', false)],
  ['TIMESTAMP_MICROS', timestamp('MICROS', false)],
  ['TIMESTAMP_NANOS', timestamp('NANOS', false)],
  ['TIMESTAMP_MILLIS_UTC', timestamp('MILLIS', true)],
  ['TIMESTAMP_MICROS_UTC', timestamp('MICROS', true)],
  ['TIMESTAMP_NANOS_UTC', timestamp('NANOS', true)],
  ['TIMESTAMP_MILLIS', { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }],
  ['INT96', { type: 'INT96' }],
  ['DATE', DATE],
] as [string, Type][])('the time may be %s', (name, type) => {
  expect(schemaWith({ timestamp: type }).layout).toContain(`timestamp ${name},`);
});

test.each([
  ['INT64', { type: 'INT64' }],
  ['STRING', TEXT],
  ['DOUBLE', DOUBLE],
  ['TIME', TIME],
  ['GROUP', GROUP],
] as [string, Type | SchemaElement[]][])('the time may not be %s', (name, type) => {
  expect(() => schemaWith({ timestamp: type })).toThrow(
    `the column timestamp: expected a timestamp, but got ${name}`,
  );
});

test.each([
  ['STRING', TEXT],
  ['STRING', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }],
  ['ENUM', { type: 'BYTE_ARRAY', converted_type: 'ENUM' }],
  ['UUID', UUID],
  ['INT32', { type: 'INT32' }],
  ['INT64', { type: 'INT64' }],
  ['UINT_8', integer(8, false)],
] as [string, Type][])('a device may be named by %s', (name, type) => {
  const schema = schemaWith({ device_id: type });
  expect(schema.layout).toContain(`device_id ${name},`);
  expect(schema.device).toBe('column');
});

test('text that is not annotated as such names a device too, by its bytes', () => {
  expect(schemaWith({ device_id: { type: 'BYTE_ARRAY' } }).device).toBe('bytes');
});

test.each([
  ['DOUBLE', DOUBLE],
  ['BOOLEAN', { type: 'BOOLEAN' }],
  ['JSON', JSON_TEXT],
  ['DECIMAL', decimal(9, 2)],
  ['DATE', DATE],
  ['LIST of BYTE_ARRAY', { ...TEXT, repetition_type: 'REPEATED' }],
  ['GROUP', GROUP],
] as [string, Type | SchemaElement[]][])('a device may not be named by %s', (name, type) => {
  expect(() => schemaWith({ device_id: type })).toThrow(
    `the column device_id: expected text, a UUID or a whole number, but got ${name}`,
  );
});

test.each(['device_id', 'timestamp', 'voltage', 'temperature', 'soc'])(
  'a missing %s is named, beside what there is',
  (name) => {
    const others = Object.keys(USUAL).filter((other) => other !== name);
    expect(() => schemaWith({ [name]: undefined })).toThrow(
      `there is no column ${name}; its columns are: ${others.join(', ')}`,
    );
  },
);

test('names count without case, order and further columns do not matter', () => {
  const schema = readingSchema(
    'a.parquet',
    footer({
      SoC: DOUBLE,
      extra: LIST,
      TEMPERATURE: DOUBLE,
      Voltage: DOUBLE,
      position: GROUP,
      Timestamp: MICROS,
      DEVICE_ID: TEXT,
    }),
  );
  expect(schema.layout).toBe(
    'soc DOUBLE, extra GROUP, temperature DOUBLE, voltage DOUBLE, position GROUP, timestamp TIMESTAMP_MICROS, device_id STRING',
  );
});

test('a column inside a group is not the column of that name', () => {
  const nested: readonly SchemaElement[] = [
    { name: 'voltage', num_children: 2 },
    { name: 'timestamp', type: 'INT64' },
    { name: 'soc', type: 'BOOLEAN' },
    { name: 'device_id', type: 'BOOLEAN' },
  ];
  expect(schemaWith({ status: nested }).layout).toMatch(/, status GROUP$/);
  expect(() => readingSchema('a.parquet', footer({ ...USUAL, voltage: undefined, status: nested }))).toThrow(
    'there is no column voltage; its columns are: device_id, timestamp, temperature, soc, status',
  );
});

test('two columns of one name are refused, and so are names that DuckDB gives out itself', () => {
  expect(() => schemaWith({ Voltage: DOUBLE })).toThrow('the column voltage occurs twice');
  for (const name of ['file_row_number', 'File_Index']) {
    expect(() => schemaWith({ [name]: { type: 'INT64' } })).toThrow(
      `the column ${name.toLowerCase()}: expected another name, this one is taken`,
    );
  }
});

test('layouts are equal only where one read can serve both', () => {
  const layouts = [
    schemaWith({}),
    schemaWith({ voltage: { type: 'FLOAT' } }),
    schemaWith({ voltage: decimal(6, 3) }),
    schemaWith({ voltage: decimal(6, 1) }),
    schemaWith({ voltage: decimal(9, 3) }),
    schemaWith({ timestamp: timestamp('MICROS', true) }),
    schemaWith({ timestamp: timestamp('NANOS', false) }),
    schemaWith({ extra: DOUBLE }),
    schemaWith({ device_id: undefined }, 'device_id=a/x.parquet'),
  ].map(({ layout }) => layout);
  expect(new Set(layouts).size).toBe(layouts.length);
  expect(schemaWith({ device_id: undefined }, 'device_id=a/x.parquet').layout).toBe(
    schemaWith({ device_id: undefined }, 'device_id=b/x.parquet').layout,
  );
});

test.each([
  ['device_id=pack-7/part-0.parquet', 'pack-7'],
  ['2026/device_id=pack-7/date=2026-01-01/part-0.parquet', 'pack-7'],
  ['DEVICE_ID=x/part-0.parquet', 'x'],
  ['device_id=b%20%2F%20c/part-0.parquet', 'b / c'],
  ['device_id=100%/part-0.parquet', '100%'],
  ['device_id=a=b/part-0.parquet', 'a=b'],
])('%s names the device %s where no column does', (key, device) => {
  expect(schemaWith({ device_id: undefined }, key).device).toBe('key');
  expect(deviceInKey(key)).toBe(device);
  expect(schemaWith({}, key).device).toBe('column');
});

test.each([
  'device_id=x.parquet',
  'my_device_id=x/a.parquet',
  'device_id=/a.parquet',
  'a/device_id/x.parquet',
])('%s names no device', (key) => {
  expect(() => schemaWith({ device_id: undefined }, key)).toThrow('there is no column device_id');
});
