import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ManifestEntry } from '../dataset/inspect.ts';
import { ObjectReader } from '../dataset/object-reader.ts';
import { DuckDbEngine } from '../engine/duckdb.ts';
import type { Row, SqlValue } from '../engine/engine.ts';
import { sqlString } from '../engine/sql-string.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';

/** The columns of a reading, as they lie in Parquet: what every object may be expected to have. */
const EMPTY_OBJECT = `SELECT
  CAST(NULL AS VARCHAR) AS device_id, CAST(NULL AS TIMESTAMP) AS "timestamp",
  CAST(NULL AS DOUBLE) AS voltage, CAST(NULL AS DOUBLE) AS temperature, CAST(NULL AS DOUBLE) AS soc
WHERE false`;

const OBJECT: StoredObject = { key: 'empty.parquet', etag: '', size: 0, lastModified: new Date(0) };

/** As `readingSchema` makes it of that object. */
const ENTRY: ManifestEntry = {
  object: OBJECT,
  rows: 0,
  schema: {
    layout: 'empty',
    device: 'column',
  },
};

/**
 * Tells what statements give without any data: a sandboxed engine of its own over one empty object. The placeholders
 * are expanded by the same code as over a bucket, so that the types are those of the answers.
 */
export class Describer {
  private readonly engine: DuckDbEngine;
  private readonly reader: ObjectReader;
  private readonly folder: string;

  private constructor(engine: DuckDbEngine, folder: string) {
    this.engine = engine;
    this.folder = folder;
    this.reader = new ObjectReader(engine, emptyStorage(path.join(folder, OBJECT.key)));
  }

  /** @param tempDirectory where the empty object may lie */
  static async create(tempDirectory: string): Promise<Describer> {
    await mkdir(tempDirectory, { recursive: true });
    const folder = await mkdtemp(path.join(tempDirectory, 'describe-'));
    const engine = await DuckDbEngine.create({
      threads: 1,
      memoryBytes: 256e6,
      tempDirectory: path.join(folder, 'spill'),
      maxConcurrent: 1,
      maxQueued: Number.MAX_SAFE_INTEGER,
      timeoutMs: 30_000,
    });
    const file = sqlString(path.join(folder, OBJECT.key));
    await engine.execute(`COPY (${EMPTY_OBJECT}) TO ${file} (FORMAT parquet)`);
    await engine.lock([folder]);
    return new Describer(engine, folder);
  }

  /** @throws StatementFailedError with DuckDB's own words as its cause */
  run(name: string, sql: string, params: Readonly<Record<string, SqlValue>>): Promise<Row[]> {
    return this.reader.rows({ entries: [ENTRY], scope: null }, { name, sql, params });
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function emptyStorage(file: string): Storage {
  const never = () => Promise.reject(new Error('Nothing but open() is asked of it'));
  return {
    source: { kind: 'local', location: path.dirname(file), mode: 'local' },
    list: never,
    readRange: never,
    verify: async () => undefined,
    open: async () => ({ paths: [file], verify: async () => undefined, release: () => undefined }),
    close: async () => undefined,
  };
}
