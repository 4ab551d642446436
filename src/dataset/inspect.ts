import { parquetMetadataAsync } from 'hyparquet';
import { TelemetryError } from '../errors.ts';
import type { Storage, StorageOptions, StoredObject } from '../storage/storage.ts';
import { columnTypes, type ReadingSchema, readingSchema } from './reading-schema.ts';

/** What is known of one object that holds readings. */
export interface ManifestEntry {
  readonly object: StoredObject;
  /** Rows by its footer, those that are no readings (no device or time) included. */
  readonly rows: number;
  readonly schema: ReadingSchema;
}

/** One object that cannot be read, and why. */
export interface QuarantinedObject {
  readonly object: StoredObject;
  readonly reason: string;
  /** It may pass without the object changing (access denied), so it is tried again at every refresh. */
  readonly passing?: boolean;
}

export type Inspection = ManifestEntry | QuarantinedObject;

export function isQuarantined(inspection: Inspection): inspection is QuarantinedObject {
  return 'reason' in inspection;
}

/** Most footers fit; a longer one costs a second read. */
const FOOTER_BYTES = 64 * 1024;

/** The smallest file with a header, a footer's length and both magic numbers. */
const SMALLEST_BYTES = 12;

/**
 * Reads an object's footer and tells whether its rows are readings.
 * A fault of the store (network, access) is thrown; a fault of the object is returned as its reason.
 */
export async function inspectObject(
  storage: Storage,
  object: StoredObject,
  options: StorageOptions = {},
): Promise<Inspection> {
  return (await inspectColumns(storage, object, options)).inspection;
}

/** The same, and the types of its columns by their names in lower case: none where the footer cannot be read. */
export async function inspectColumns(
  storage: Storage,
  object: StoredObject,
  options: StorageOptions = {},
): Promise<{ readonly inspection: Inspection; readonly columns: ReadonlyMap<string, string> }> {
  const quarantined = (reason: string) => ({ inspection: { object, reason }, columns: new Map() });
  const unreadable = storage.unreadable?.(object);
  if (unreadable !== undefined) return quarantined(unreadable);
  if (object.size < SMALLEST_BYTES) {
    return quarantined(`Not a Parquet file: it holds only ${object.size} bytes`);
  }
  // Bytes may be damaged on their way, so a footer that makes no sense is read once more.
  const first = await readFooter(storage, object, options);
  return isQuarantined(first.inspection) ? await readFooter(storage, object, options) : first;
}

async function readFooter(
  storage: Storage,
  object: StoredObject,
  options: StorageOptions,
): ReturnType<typeof inspectColumns> {
  let columns: ReadonlyMap<string, string> = new Map();
  try {
    const file = {
      byteLength: object.size,
      slice: async (start: number, end = object.size) =>
        new Uint8Array(await storage.readRange(object, start, end, options)).buffer,
    };
    const metadata = await parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES, geoparquet: false });
    columns = columnTypes(metadata.schema);
    const schema = readingSchema(object.key, metadata.schema);
    return { inspection: { object, rows: Number(metadata.num_rows), schema }, columns };
  } catch (error) {
    if (error instanceof TelemetryError) throw error;
    const reason = `Not readable as telemetry: ${error instanceof Error ? error.message : error}`;
    return { inspection: { object, reason }, columns };
  }
}
