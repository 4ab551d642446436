import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Which version of each object there is, by the number of the object. */
export type State = Readonly<Record<number, number>>;

interface LakeReading {
  readonly deviceId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly voltage: number;
}

export const DAYS = 10;
const DEVICES = [1, 2, 3];
const STEPS = 144;
const STEP_MS = 600_000;
const FIRST_DAY = Date.UTC(2026, 2, 1);
const DAY_MS = 86_400_000;

/** What the bucket holds before a fault: version 1 of ten days. */
export const BASE: State = Object.fromEntries(Array.from({ length: DAYS }, (_, day) => [day, 1]));

export const keyOf = (day: number) => `day-${String(day).padStart(2, '0')}.parquet`;

/** Whole numbers, so that sums and means are exact; each version has its own, so that a mix contradicts itself. */
function voltageOf(day: number, version: number, device: number, step: number): number {
  return version * 10_000 + day * 500 + device * 100 + (step % 32);
}

/** By time, then device, as the object holds them. */
export function readingsOf(state: State): LakeReading[] {
  return Object.entries(state).flatMap(([key, version]) => {
    const day = Number(key);
    return Array.from({ length: STEPS }).flatMap((_, step) =>
      DEVICES.map((device) => ({
        deviceId: `pack-${device}`,
        time: FIRST_DAY + day * DAY_MS + step * STEP_MS,
        voltage: voltageOf(day, version, device, step),
      })),
    );
  });
}

export interface Lake {
  /** Objects of one day have the same length in every version, so that only their bytes tell them apart. */
  object(day: number, version?: number): Promise<Buffer>;
  remove(): Promise<void>;
}

/**
 * Writes objects as they are asked for: uncompressed, so that a turned bit is another value and no broken page, and with
 * notes that nobody asks for, since DuckDB reads smaller ones in one piece, and what is not read in pieces cannot be mixed.
 */
export async function createLake(): Promise<Lake> {
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-lake-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const made = new Map<string, Promise<Buffer>>();
  const make = async (day: number, version: number): Promise<Buffer> => {
    const file = path.join(directory, `${day}-${version}.parquet`);
    const values = readingsOf({ [day]: version }).map(
      ({ deviceId, time, voltage }) => `('${deviceId}', make_timestamp_ms(${time}), ${voltage}::DOUBLE)`,
    );
    await connection.run(
      `COPY (SELECT *, 20::DOUBLE AS temperature, 50::DOUBLE AS soc, repeat(md5(device_id || "timestamp"), 4) AS note
        FROM (VALUES ${values.join(', ')}) AS readings(device_id, "timestamp", voltage))
      TO '${file}' (FORMAT parquet, COMPRESSION uncompressed)`,
    );
    return readFile(file);
  };
  return {
    object: (day, version = 1) => {
      const name = `${day} ${version}`;
      const object = made.get(name) ?? make(day, version);
      made.set(name, object);
      return object;
    },
    remove: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
