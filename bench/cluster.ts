import { register } from '../src/cli/trino/register.ts';
import { loadConfig } from '../src/config/config.ts';
import { s3Store } from '../test/support/s3-server.ts';
import { executeOn, startTrinoServer } from '../test/support/trino-server.ts';
import type { Settings } from './data.ts';

/** A Trino of one node on this machine, with a table over the objects. */
export interface BenchCluster {
  /** What the service is to be told beside the settings of the data. */
  readonly settings: Settings;
  /** Runs a statement by the plain protocol. */
  execute(sql: string): Promise<unknown>;
  /** The texts of the service's statements of that request, as the cluster was sent them. */
  statementsOf(requestId: string): Promise<readonly string[]>;
  /** What the service has had done since it was asked last. */
  takeWork(): Promise<ClusterWork>;
  stop(): Promise<void>;
}

interface ClusterWork {
  readonly statements: number;
  /** By the cluster's own account: of all cores together, whatever else the machine does. */
  readonly cpuSeconds: number;
}

interface KnownQuery {
  readonly queryId: string;
  readonly queryStats: { readonly totalCpuTime: string };
  readonly session: { readonly source?: string; readonly clientTags: readonly string[] };
}

const SOURCE = 'telemetry-analytics-api';
const HEADERS = { 'x-trino-user': 'bench' };

/** @param data where the objects lie: settings of a bucket */
export async function startBenchCluster(data: Settings): Promise<BenchCluster> {
  const { S3_ENDPOINT: endpoint } = data;
  if (endpoint === undefined) throw new Error('expected the objects in an S3 server, but got a folder');
  const trino = await startTrinoServer(s3Store(endpoint));
  const settings = {
    ENGINE: 'trino',
    TRINO_URL: trino.url,
    TRINO_CATALOG: 'lake',
    TRINO_SCHEMA: 'telemetry',
    // However few readings are measured, the cluster reads them.
    TRINO_MIN_SCAN_BYTES: '0',
  };
  try {
    await registerTable({ ...data, ...settings });
  } catch (error) {
    await trino.stop();
    throw error;
  }
  const ask = async (path: string) => await (await fetch(`${trino.url}${path}`, { headers: HEADERS })).json();
  /** The cluster forgets them after a quarter of an hour, but not those of the last few minutes. */
  const known = async (): Promise<readonly KnownQuery[]> => await ask('/v1/query');
  let counted = new Set<string>();
  return {
    settings,
    execute: (sql) => executeOn(trino.url, sql),
    statementsOf: async (requestId) => {
      const tagged = (await known()).filter(({ session }) => session.clientTags.includes(requestId));
      // The list shortens what is long.
      const whole = tagged.map(async ({ queryId }) => (await ask(`/v1/query/${queryId}`)).query as string);
      return Promise.all(whole);
    },
    takeWork: async () => {
      const sent = (await known()).filter(({ session }) => session.source === SOURCE);
      const fresh = sent.filter(({ queryId }) => !counted.has(queryId));
      counted = new Set(sent.map(({ queryId }) => queryId));
      return {
        statements: fresh.length,
        cpuSeconds: fresh.reduce((sum, { queryStats }) => sum + secondsOf(queryStats.totalCpuTime), 0),
      };
    },
    stop: () => trino.stop(),
  };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3_600,
};

/** Of a duration as the cluster writes it: `1.50m`. */
function secondsOf(duration: string): number {
  const [, number, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(duration) ?? [];
  return Number(number) * (UNIT_SECONDS[unit] ?? Number.NaN);
}

/** As `npm run trino:register` does it. */
async function registerTable(settings: Settings): Promise<void> {
  // The AWS SDK reads its credentials there.
  Object.assign(process.env, settings);
  const { data, trino, s3TimeoutMs } = loadConfig(settings);
  if (data.kind !== 's3' || trino === undefined) throw new Error('expected a bucket and a cluster');
  await register({ s3: data.s3, s3TimeoutMs, trino, replace: false, footers: 1_000, tell: () => {} });
}
