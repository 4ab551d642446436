import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import { type DeltaTime, deltaCommit } from './delta-commit.ts';
import { type Place, Places } from './places.ts';
import { type S3Server, s3Store } from './s3-server.ts';
import { executeOn } from './trino-server.ts';

const COLUMNS = 'device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double';

/** What says which objects count, and the catalog through which the cluster reads them. */
export const TABLES = {
  hive: { format: 'hive', catalog: 'lake' },
  delta: { format: 'delta', catalog: 'delta' },
  deltaByHive: { format: 'delta', catalog: 'lake' },
} as const;
export type TableKind = keyof typeof TABLES;

interface TrinoPlacesOptions {
  /** What is set beside that which chooses the engine. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of the Trino; unset: of the one that all test files share. */
  readonly url?: string | undefined;
  readonly kind?: TableKind | undefined;
  /** Of a Delta table. */
  readonly time?: DeltaTime;
}

/** Places on the S3 server that all test files share, each with a table over it. */
export class TrinoPlaces extends Places {
  private readonly settings: Readonly<Record<string, string>>;
  private readonly url: string;
  private readonly kind: TableKind;
  private readonly time: DeltaTime;

  constructor({
    settings = {},
    url = inject('trinoUrl'),
    kind = 'hive',
    time = 'timestamp_ntz',
  }: TrinoPlacesOptions = {}) {
    super();
    this.settings = settings;
    this.url = url;
    this.kind = kind;
    this.time = time;
  }

  override async put(directory: string): Promise<Place> {
    const { environment, remove } = await super.put(directory, 'direct');
    const bucket = environment['S3_BUCKET'] ?? '';
    const { format, catalog } = TABLES[this.kind];
    await executeOn(this.url, `CREATE SCHEMA IF NOT EXISTS ${catalog}.telemetry`);
    if (format === 'delta') await this.convert(directory, bucket);
    await executeOn(
      this.url,
      catalog === 'delta'
        ? `CALL delta.system.register_table('telemetry', '${bucket}', 's3://${bucket}/telemetry')`
        : `CREATE TABLE lake.telemetry."${bucket}" (${COLUMNS})
            WITH (external_location = 's3://${bucket}/telemetry/', format = 'PARQUET')`,
    );
    return { environment: { ...environment, ...this.engine(bucket) }, remove };
  }

  override async bucket(): Promise<{ server: S3Server; bucket: string }> {
    // It is all test files' own, and ends after the last of them.
    const server = { ...s3Store(inject('s3Endpoint')), stop: async () => {} };
    const bucket = `cluster-${crypto.randomUUID()}`;
    await server.createBucket(bucket);
    return { server, bucket };
  }

  /** Writes a log that makes the folder's Parquet files a Delta table. */
  private async convert(directory: string, bucket: string): Promise<void> {
    const found = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile() && /\.parquet$/i.test(entry.name));
    const named = await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        const key = path.relative(directory, file).split(path.sep).join('/');
        return { key, size: (await stat(file)).size };
      }),
    );
    await s3Store(inject('s3Endpoint')).put(
      bucket,
      'telemetry/_delta_log/00000000000000000000.json',
      deltaCommit(named, this.time),
    );
  }

  /** The settings with which the app asks a table of that name. */
  private engine(table: string): Record<string, string> {
    const { format, catalog } = TABLES[this.kind];
    return {
      ENGINE: 'trino',
      TRINO_URL: this.url,
      TRINO_CATALOG: catalog,
      TRINO_SCHEMA: 'telemetry',
      TRINO_TABLE: table,
      TRINO_TABLE_FORMAT: format,
      // However little it is, the cluster reads it.
      TRINO_MIN_SCAN_BYTES: '0',
      ...this.settings,
    };
  }
}
