import type { ManifestEntry } from '../../dataset/inspect.ts';
import { METRICS } from '../../dataset/reading-schema.ts';
import { RegisterError } from './register-error.ts';

export interface NeededColumn {
  readonly name: string;
  /** Types of Trino that read the objects right; a new table gets the first. */
  readonly types: readonly [string, ...string[]];
}

/** A type by the footers, such as `DECIMAL(9, 2)`, and the key of one object that has it. */
type Occurrences = ReadonlyMap<string, string>;

/** Trino reads these as double or varchar. Larger ones without a sign it reads as if they had one, without an error. */
const WHOLE = /^(INT32|INT64|INT_\d+|UINT_8|UINT_16)$/;
const DECIMAL = /^DECIMAL\((\d+), (\d+)\)$/;
const MOST_DIGITS = 38;

/**
 * The columns of readings that files have, and as what Trino's Parquet reader gives their very values.
 * @param digits of a second, that the catalog's times have
 * @throws RegisterError for types that it refuses, changes or rounds
 */
export function readingColumns(entries: readonly ManifestEntry[], digits: number): NeededColumn[] {
  const inFiles = entries.filter(({ schema }) => schema.device !== 'key');
  const device = inFiles.length === 0 ? [] : [deviceColumn(typesOf('device_id', inFiles))];
  return [
    ...device,
    timestampColumn(typesOf('timestamp', entries), digits),
    ...METRICS.map((name) => metricColumn(name, typesOf(name, entries))),
  ];
}

/** What the cluster reads right, but not in every catalog, or not to the last digit. */
export function typeNotes(entries: readonly ManifestEntry[]): string[] {
  const types = typesOf('timestamp', entries);
  const notes: string[] = [];
  if ([...types.keys()].some((type) => type.startsWith('TIMESTAMP_NANOS'))) {
    notes.push(
      'Times of nanoseconds: Trino rounds them to the microsecond, DuckDB cuts them, so answers may differ by 1 µs.',
    );
  }
  if (types.has('INT96')) {
    notes.push(
      'Times of the type INT96: the catalog must have hive.parquet.time-zone=UTC, else they are moved.',
    );
  }
  return notes;
}

function typesOf(column: string, entries: readonly ManifestEntry[]): Occurrences {
  const pattern = new RegExp(`(?:^|, )${column} (\\w+(?:\\(\\d+, \\d+\\))?)`);
  return new Map(
    entries.map(({ schema, object }) => [pattern.exec(schema.layout)?.[1] ?? 'none', object.key]),
  );
}

function deviceColumn(types: Occurrences): NeededColumn {
  if (!all(types, (type) => /^(STRING|ENUM|BYTE_ARRAY)$/.test(type) || WHOLE.test(type))) {
    throw unreadable('device_id', 'text, or a whole number below 2^63', types);
  }
  return { name: 'device_id', types: ['varchar'] };
}

function timestampColumn(types: Occurrences, digits: number): NeededColumn {
  if (!all(types, (type) => /^(TIMESTAMP|INT96)/.test(type))) {
    throw unreadable('timestamp', 'a timestamp', types);
  }
  const needed = all(types, (type) => type.startsWith('TIMESTAMP_MILLIS')) ? 3 : 6;
  if (digits < needed) {
    throw new RegisterError(
      'PRECISION_TOO_LOW',
      'expected hive.timestamp-precision=MICROSECONDS in the properties of the catalog, since objects have times of microseconds, but got MILLISECONDS; set it there and restart the cluster',
    );
  }
  return { name: 'timestamp', types: [`timestamp(${digits})`] };
}

function metricColumn(name: string, types: Occurrences): NeededColumn {
  if (all(types, (type) => DECIMAL.test(type))) return { name, types: [widestDecimal(name, types)] };
  if (!all(types, (type) => /^(FLOAT|DOUBLE)$/.test(type) || WHOLE.test(type))) {
    throw unreadable(name, 'floats and signed whole numbers, or decimals in all objects', types);
  }
  const real = all(types, (type) => type === 'FLOAT') ? ['real'] : [];
  const bigint = all(types, (type) => WHOLE.test(type)) ? ['bigint'] : [];
  return { name, types: ['double', ...real, ...bigint] };
}

/** One that holds all values of all of them. */
function widestDecimal(name: string, types: Occurrences): string {
  const digits = [...types.keys()].map((type) => {
    const [, precision, scale] = DECIMAL.exec(type) ?? [];
    return { whole: Number(precision) - Number(scale), scale: Number(scale) };
  });
  const scale = Math.max(...digits.map((one) => one.scale));
  const precision = Math.max(...digits.map((one) => one.whole)) + scale;
  if (precision > MOST_DIGITS) throw unreadable(name, `decimals of ${MOST_DIGITS} digits together`, types);
  return `decimal(${precision},${scale})`;
}

function all(types: Occurrences, test: (type: string) => boolean): boolean {
  return [...types.keys()].every(test);
}

function unreadable(column: string, expected: string, types: Occurrences): RegisterError {
  const came = [...types].map(([type, key]) => `${type} (${key})`).join(', ');
  return new RegisterError(
    'TYPES_UNREADABLE',
    `the column ${column}: expected ${expected}, which Trino reads as it is, but got ${came}`,
  );
}
