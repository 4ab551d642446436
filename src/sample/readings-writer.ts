import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { DeviceProfile } from './fleet.ts';
import { COPY_READINGS, CREATE_FLEET, type FleetRow } from './readings-sql.ts';

/** Everything that the readings depend on. */
export interface ReadingsPlan {
  readonly fleet: readonly DeviceProfile[];
  readonly seed: number;
  /** Milliseconds since the epoch. The first interval begins here. */
  readonly startMs: number;
  /** One reading of each device in each interval. At least 1, so that no two of a device's readings share a time. */
  readonly intervalMs: number;
  /** How many readings a device leaves from the start on, outages included. */
  readonly readingsOf: (device: DeviceProfile) => number;
  /** Whether now and then a device is not heard for one to four hours. */
  readonly outages: boolean;
  /** Whether values come in the steps of a sensor; else all digits of a double differ, which compresses badly. */
  readonly rounded: boolean;
}

/** From `fromMs` (inclusive) to `toMs` (exclusive), milliseconds since the epoch. */
export interface TimeSlice {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Writes time slices of a plan as Parquet, on a DuckDB of its own that lives no longer than the writer. */
export class ReadingsWriter {
  private readonly instance: DuckDBInstance;
  private readonly plan: ReadingsPlan;

  private constructor(instance: DuckDBInstance, plan: ReadingsPlan) {
    this.instance = instance;
    this.plan = plan;
  }

  static async create(plan: ReadingsPlan, options: Record<string, string> = {}): Promise<ReadingsWriter> {
    const instance = await DuckDBInstance.create(':memory:', options);
    const fleet = plan.fleet.map(
      ({ trait, ...profile }): FleetRow => ({
        ...profile,
        readings: plan.readingsOf({ trait, ...profile }),
      }),
    );
    await withConnection(instance, (connection) =>
      connection.run(CREATE_FLEET, { fleet: JSON.stringify(fleet) }),
    );
    return new ReadingsWriter(instance, plan);
  }

  /** Writes the slice's readings, by device and then by time, and tells how many they are. Slices may run at once. */
  write(slice: TimeSlice, path: string): Promise<number> {
    const { seed, startMs, intervalMs, outages, rounded } = this.plan;
    return withConnection(this.instance, async (connection) => {
      const result = await connection.run(
        COPY_READINGS,
        {
          path,
          seed: BigInt(seed),
          start_ms: BigInt(startMs),
          interval_ms: intervalMs,
          outages,
          rounded,
          from_ms: BigInt(slice.fromMs),
          to_ms: BigInt(slice.toMs),
        },
        // Left to itself the client binds a bigint as HUGEINT and a whole number as INTEGER.
        { seed: BIGINT, start_ms: BIGINT, interval_ms: DOUBLE, from_ms: BIGINT, to_ms: BIGINT },
      );
      return result.rowsChanged;
    });
  }

  close(): void {
    this.instance.closeSync();
  }
}

async function withConnection<Result>(
  instance: DuckDBInstance,
  use: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
  }
}
