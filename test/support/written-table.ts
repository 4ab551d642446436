import { inject, onTestFinished } from 'vitest';
import type { Logger } from '../../src/log.ts';
import { startApp, type TestApp } from './app.ts';
import { type S3Store, s3Store } from './s3-server.ts';
import { executeOn } from './trino-server.ts';

/** Catalogs whose tables know their files, and how a table of such is made. */
const CATALOGS = {
  iceberg: { catalog: 'ice', properties: ["format = 'PARQUET'"] },
  delta: { catalog: 'delta', properties: [] },
} as const;

export interface WrittenTableOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Have readings before the app starts. */
  readonly firstDevices?: readonly string[];
  /** Of the table, as they stand in its `WITH`. */
  readonly properties?: readonly string[];
  /** Columns beside those of readings. */
  readonly moreColumns?: Readonly<Record<string, string>>;
  readonly log?: Logger;
}

export interface WrittenTable {
  readonly app: TestApp;
  readonly store: S3Store;
  readonly bucket: string;
  /** As it stands in a FROM. */
  readonly table: string;
  /** All that the app was started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** `name engine` of each statement since the last call. */
  takeRuns(): string[];
  execute(sql: string): Promise<unknown[][]>;
  /** Writes a file of 100 readings of each device from that day on. */
  insert(day: string, devices: readonly string[]): Promise<void>;
}

/** The app over a table that Trino writes. Both end with the test. */
export async function writtenTable(
  format: keyof typeof CATALOGS,
  { settings = {}, firstDevices = [], properties = [], moreColumns = {}, log }: WrittenTableOptions = {},
): Promise<WrittenTable> {
  const { catalog, properties: own } = CATALOGS[format];
  const store = s3Store(inject('s3Endpoint'));
  const bucket = `${catalog}-${crypto.randomUUID()}`;
  await store.createBucket(bucket);
  const table = `${catalog}.telemetry."${bucket}"`;
  const execute = (sql: string) => executeOn(inject('trinoUrl'), sql);
  await execute(`CREATE SCHEMA IF NOT EXISTS ${catalog}.telemetry`);
  const all = [...own, `location = 's3://${bucket}/telemetry'`, ...properties];
  const more = Object.entries(moreColumns);
  await execute(
    `CREATE TABLE ${table} (${[
      'device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double',
      ...more.map(([name]) => `"${name}" varchar`),
    ].join(', ')}) WITH (${all.join(', ')})`,
  );
  const insert = async (day: string, devices: readonly string[]) => {
    const values = [
      `device, TIMESTAMP '${day} 00:00:00.000001' + i * INTERVAL '14' MINUTE, 48 + i / 8e0, 20 + i / 16e0, 100e0 - i`,
      ...more.map(([, value]) => `'${value}'`),
    ].join(', ');
    await execute(`INSERT INTO ${table} SELECT ${values}
      FROM UNNEST(ARRAY[${devices.map((device) => `'${device}'`).join(', ')}]) AS d (device), UNNEST(sequence(0, 99)) AS s (i)`);
  };
  if (firstDevices.length > 0) await insert('2026-03-01', firstDevices);
  process.env['AWS_ACCESS_KEY_ID'] = store.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = store.credentials.secretAccessKey;
  const environment = {
    S3_BUCKET: bucket,
    S3_ENDPOINT: store.endpoint,
    AWS_REGION: store.region,
    ENGINE: 'trino',
    TRINO_URL: inject('trinoUrl'),
    TRINO_CATALOG: catalog,
    TRINO_SCHEMA: 'telemetry',
    TRINO_TABLE: bucket,
    TRINO_TABLE_FORMAT: format,
    TRINO_MIN_SCAN_BYTES: '0',
    REFRESH_SECONDS: '86400',
    RESPONSE_CACHE_MAX_BYTES: '0',
    ...settings,
  };
  let runs: string[] = [];
  const app = await startApp(environment, {
    onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`),
    ...(log && { log }),
  });
  onTestFinished(() => app.close());
  return {
    app,
    store,
    bucket,
    table,
    environment,
    execute,
    insert,
    takeRuns: () => {
      const taken = runs;
      runs = [];
      return taken;
    },
  };
}
