import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * The oracle of the answers: plain JavaScript over the rows of each file, read one file at a time and never through
 * the code under test.
 */
export interface Reading {
  readonly deviceId: string;
  /** Microseconds since 1970, UTC. */
  readonly micros: bigint;
  readonly voltage: number | null;
  readonly temperature: number | null;
  readonly soc: number | null;
}

/** Every reading below a folder, in the order that decides ties: by key, then by row. Unreadable files are left out. */
export async function readReadings(directory: string, except: readonly string[] = []): Promise<Reading[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const readings: Reading[] = [];
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const keys = (await readdir(directory, { recursive: true }))
      .map((key) => key.split(path.sep).join('/'))
      .filter((key) => key.endsWith('.parquet') && !except.includes(key))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const key of keys) readings.push(...(await readFile(key)));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return readings;

  async function readFile(key: string): Promise<Reading[]> {
    const file = path.join(directory, key).replaceAll(/[[*?]/g, '[$&]').replaceAll("'", "''");
    const columns = await connection.runAndReadAll(
      `SELECT * FROM read_parquet('${file}', hive_partitioning = false) LIMIT 0`,
    );
    const inFile = columns.columnNames().some((name) => name.toLowerCase() === 'device_id');
    const inKey = /device_id=([^/]+)/.exec(key)?.[1] ?? '';
    const rows = await connection.runAndReadAll(
      `SELECT ${inFile ? 'device_id::VARCHAR' : `'${decodeURIComponent(inKey).replaceAll("'", "''")}'`} AS device_id,
        isfinite("timestamp"::TIMESTAMP) AS finite,
        CASE WHEN isfinite("timestamp"::TIMESTAMP) THEN epoch_us("timestamp"::TIMESTAMP) END AS micros,
        voltage::DOUBLE AS voltage, temperature::DOUBLE AS temperature, soc::DOUBLE AS soc
      FROM read_parquet('${file}', hive_partitioning = false)`,
    );
    return rows.getRows().flatMap(([deviceId, finite, micros, voltage, temperature, soc]) =>
      typeof deviceId === 'string' && finite === true && typeof micros === 'bigint'
        ? [
            {
              deviceId,
              micros,
              voltage: present(voltage),
              temperature: present(temperature),
              soc: present(soc),
            },
          ]
        : [],
    );
  }
}

function present(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function overviewOf(readings: readonly Reading[]) {
  const times = readings.map(({ micros }) => micros).sort(compare);
  return {
    totalRows: readings.length,
    deviceCount: new Set(readings.map(({ deviceId }) => deviceId)).size,
    firstTimestamp: instant(times[0]),
    lastTimestamp: instant(times.at(-1)),
  };
}

export function devicesOf(readings: readonly Reading[]) {
  return grouped(readings, ({ deviceId }) => deviceId).map(([deviceId, own]) => {
    const times = own.map(({ micros }) => micros).sort(compare);
    return { deviceId, firstSeen: instant(times[0]), lastSeen: instant(times.at(-1)), ...statisticsOf(own) };
  });
}

export function dailySummariesOf(readings: readonly Reading[], timeZone: string) {
  const dayOf = dayIn(timeZone);
  return grouped(readings, ({ deviceId }) => deviceId).flatMap(([deviceId, own]) =>
    grouped(own, dayOf).map(([date, rows]) => ({ deviceId, date, ...statisticsOf(rows) })),
  );
}

/** The readings of inclusive days; null leaves a side open. */
export function readingsOfDays(
  readings: readonly Reading[],
  { from, to, timeZone }: { from: string | null; to: string | null; timeZone: string },
): Reading[] {
  const dayOf = dayIn(timeZone);
  return readings.filter((reading) => {
    const day = dayOf(reading);
    return (from === null || day >= from) && (to === null || day <= to);
  });
}

function dayIn(timeZone: string): (reading: Reading) => string {
  const localDay = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return ({ micros }) => localDay.format(Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0));
}

/** The last of the greatest time: readings come in the order that decides ties. */
export function latestReadingsOf(readings: readonly Reading[]) {
  return grouped(readings, ({ deviceId }) => deviceId).map(([, own]) => {
    const { micros, ...values } = own.reduce((best, row) => (row.micros >= best.micros ? row : best));
    return { ...values, timestamp: instant(micros) };
  });
}

export function statisticsOf(readings: readonly Reading[]) {
  return {
    readingCount: readings.length,
    ...metric(
      'Voltage',
      readings.map(({ voltage }) => voltage),
    ),
    ...metric(
      'Temperature',
      readings.map(({ temperature }) => temperature),
    ),
    ...metric(
      'Soc',
      readings.map(({ soc }) => soc),
    ),
  };
}

function metric<Name extends string>(name: Name, values: readonly (number | null)[]) {
  const present = values.filter((value) => value !== null);
  const empty = present.length === 0;
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  return {
    [`avg${name}`]: empty ? null : mean,
    [`min${name}`]: empty ? null : present.reduce((a, b) => Math.min(a, b)),
    [`max${name}`]: empty ? null : present.reduce((a, b) => Math.max(a, b)),
  };
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): [string, T[]][] {
  return [...Map.groupBy(rows, keyOf)].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function instant(micros: bigint | undefined): string | null {
  if (micros === undefined) return null;
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = micros - millis * 1000n;
  const text = new Date(Number(millis)).toISOString();
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(3, '0').replace(/0+$/, '')}Z`);
}

/**
 * Rows with each mean cut to nine digits, ready for `toEqual`: means differ in their last digits with the order of the
 * additions (relative tolerance 1e-9), everything else must be equal.
 */
export function withTolerance<T extends object>(rows: readonly T[]): object[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        name.startsWith('avg') && typeof value === 'number' ? Number(value.toPrecision(9)) : value,
      ]),
    ),
  );
}
