import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** What a test may expect of a data set. */
export interface DatasetFacts {
  readonly objects: number;
  /** Rows of the objects that can be read. */
  readonly rows: number;
  /** Those of them that name a device and a finite time. */
  readonly readings: number;
  readonly devices: number;
  /** Keys of the objects that cannot be read as telemetry, whether the footer tells or only the data. */
  readonly quarantined: readonly string[];
}

/** Writes the rows of a SELECT, in their order, as the Parquet file at this key. */
export type WriteObject = (
  key: string,
  select: string,
  params?: Readonly<Record<string, string>>,
) => Promise<void>;

/** Hands `fill` what writes objects into `directory`. The session is in UTC. */
export async function writeDataset(
  directory: string,
  fill: (write: WriteObject) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    await fill(async (key, select, params = {}) => {
      const file = path.join(directory, ...key.split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      await connection.run(`COPY (${select}) TO $file (FORMAT parquet)`, { ...params, file });
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export interface Series {
  /** Numbers of the devices: 2 is `dev-2`. */
  readonly devices: readonly [first: number, last: number];
  /** UTC, as DuckDB reads it: `2026-03-01 00:00`. */
  readonly from: string;
  readonly everyMinutes: number;
  readonly count: number;
  readonly seed?: number;
}

/** Readings with two decimals, a function of seed, device and time: equal ones come out equal in any series. */
export function seriesSql({ devices: [first, last], from, everyMinutes, count, seed = 1 }: Series): string {
  return `
SELECT
  'dev-' || device AS device_id,
  "timestamp",
  44 + bits % 1300 / 100 AS voltage,
  -10 + (bits >> 12) % 6000 / 100 AS temperature,
  (bits >> 28) % 10001 / 100 AS soc
FROM (
  SELECT device, "timestamp", hash(${seed}, device, "timestamp") AS bits
  FROM range(${first}, ${last} + 1) AS devices(device),
    (SELECT TIMESTAMP '${from}' + step * INTERVAL ${everyMinutes} MINUTE AS "timestamp" FROM range(${count}) AS steps(step))
)
ORDER BY "timestamp", device`;
}
