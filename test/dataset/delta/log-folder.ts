import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { S3Bucket } from '../../../src/storage/s3-bucket.ts';
import { createS3Client } from '../../../src/storage/s3-client.ts';
import { S3DirectStorage } from '../../../src/storage/s3-direct.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import type { S3Server } from '../../support/s3-server.ts';
import { scratchFolder } from '../../support/temporary-folder.ts';

const PREFIX = 'fleet/telemetry/';

type Action = Readonly<Record<string, unknown>>;

/** The log of a Delta table in a bucket, written by hand. */
export class LogFolder {
  readonly location: string;
  readonly storage: Storage;
  /** Keys of what was read since it was emptied. */
  readonly reads: string[] = [];
  private readonly server: S3Server;
  private readonly bucket: string;

  private constructor(server: S3Server, bucket: string) {
    this.server = server;
    this.bucket = bucket;
    const place = server.location(bucket, PREFIX);
    this.location = `s3://${bucket}/${PREFIX}`;
    const { reads } = this;
    const client = createS3Client(place, { credentials: server.credentials });
    // Of few keys a page, so that there are several.
    const real = new S3Bucket(client, place, { pageSize: 5 });
    this.storage = new (class extends S3DirectStorage {
      override readRange(...[object, start, end, options]: Parameters<Storage['readRange']>) {
        reads.push(object.key.slice('_delta_log/'.length));
        return super.readRange(object, start, end, options);
      }
    })(real, { execute: () => Promise.reject(new Error('expected no object to be opened')) });
  }

  static async create(server: S3Server): Promise<LogFolder> {
    const bucket = `delta-${crypto.randomUUID()}`;
    await server.createBucket(bucket);
    return new LogFolder(server, bucket);
  }

  async put(name: string, body: string | Uint8Array): Promise<void> {
    await this.server.put(this.bucket, `${PREFIX}_delta_log/${name}`, body);
  }

  async remove(name: string): Promise<void> {
    await this.server.remove(this.bucket, `${PREFIX}_delta_log/${name}`);
  }

  commit(version: number, ...actions: readonly Action[]): Promise<void> {
    return this.put(`${padded(version)}.json`, lines([...actions, { commitInfo: { operation: 'TEST' } }]));
  }

  /** @param rows of the columns of a checkpoint, as DuckDB's SELECT */
  async checkpoint(name: string, rows: string, compression = 'snappy'): Promise<void> {
    const folder = await scratchFolder();
    const file = path.join(folder, 'checkpoint.parquet');
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    try {
      await connection.run(`COPY (${rows}) TO '${file}' (FORMAT parquet, COMPRESSION ${compression})`);
      await this.put(name, await readFile(file));
    } finally {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true });
    }
  }
}

export const padded = (version: number) => String(version).padStart(20, '0');
export const lines = (actions: readonly Action[]) =>
  `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`;

/** Whatever it is: only whether it stays the same counts. */
const SCHEMA = '{"type":"struct","fields":[]}';
export const PROTOCOL = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };

export function metaData(
  partitionColumns: readonly string[] = [],
  configuration: Readonly<Record<string, string>> = {},
): Action {
  return {
    metaData: {
      id: 'one',
      format: { provider: 'parquet' },
      schemaString: SCHEMA,
      partitionColumns,
      configuration,
    },
  };
}

export function add(path: string, more: Action = {}): Action {
  return { add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, ...more } };
}

export const remove = (path: string, more: Action = {}) => ({ remove: { path, dataChange: true, ...more } });
