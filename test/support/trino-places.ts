import { inject } from 'vitest';
import { type Place, Places } from './places.ts';
import { type S3Server, s3Store } from './s3-server.ts';
import { executeOn } from './trino-server.ts';

const COLUMNS = 'device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double';

/** Places on the S3 server that all test files share, each with a table over it. */
export class TrinoPlaces extends Places {
  private readonly settings: Readonly<Record<string, string>>;
  private readonly url: string;

  /**
   * @param settings what is set beside that which chooses the engine
   * @param url of the Trino; unset: of the one that all test files share
   */
  constructor(settings: Readonly<Record<string, string>> = {}, url = inject('trinoUrl')) {
    super();
    this.settings = settings;
    this.url = url;
  }

  override async put(directory: string): Promise<Place> {
    const { environment, remove } = await super.put(directory, 'direct');
    const bucket = environment['S3_BUCKET'] ?? '';
    await executeOn(this.url, 'CREATE SCHEMA IF NOT EXISTS lake.telemetry');
    await executeOn(
      this.url,
      `CREATE TABLE lake.telemetry."${bucket}" (${COLUMNS})
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

  /** The settings with which the app asks a table of that name. */
  private engine(table: string): Record<string, string> {
    return {
      ENGINE: 'trino',
      TRINO_URL: this.url,
      TRINO_CATALOG: 'lake',
      TRINO_SCHEMA: 'telemetry',
      TRINO_TABLE: table,
      // However little it is, the cluster reads it.
      TRINO_MIN_SCAN_BYTES: '0',
      ...this.settings,
    };
  }
}
