import path from 'node:path';
import { type AccessConfig, accessOf, isLoopback } from '../access/settings.ts';
import { ConfigError } from '../errors.ts';
import { bytesOf, type Environment, environment } from './environment.ts';
import { type RequestLimits, requestLimits } from './limit-settings.ts';
import { problemsOf } from './problems.ts';
import { type TracingConfig, tracingConfig } from './tracing.ts';
import { type TrinoConfig, trinoConfig } from './trino-settings.ts';

/** The stretches of time that rollups are of: hours of UTC and parts of them, or days of UTC. */
export type RollupGrain = '1h' | '1d';

export interface S3Location {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  /** Unset: what the AWS SDK resolves. */
  readonly region?: string | undefined;
  /** Set for S3-compatible stores, which are addressed path-style. */
  readonly endpoint?: string | undefined;
}

type DataLocation =
  | { readonly kind: 's3'; readonly s3: S3Location }
  | { readonly kind: 'local'; readonly directory: string }
  | { readonly kind: 'sample'; readonly directory: string };

export interface EngineConfig {
  /** What logs and metrics call it. */
  readonly name?: string;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly tempDirectory: string;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly timeoutMs: number;
  /** Streams at a time, on connections of their own; unset: none. */
  readonly maxStreams?: number;
  /** Of one viewer; unset: all of them. */
  readonly maxStreamsOfViewer?: number;
}

interface ExportConfig {
  /** From the request to the last byte. */
  readonly timeoutMs: number;
  /** The most rows; unset: all. */
  readonly maxRows: number | undefined;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Who may ask. */
  readonly access: AccessConfig;
  readonly logLevel: string;
  readonly responseCacheBytes: number;
  /** How long a client may take nothing of an answer. */
  readonly responseStallMs: number;
  /** How long it may take for all of an answer that is no export. */
  readonly responseTimeoutMs: number;
  /** How long it still takes new requests once it was told to stop, and says that it is not ready. */
  readonly shutdownDelayMs: number;
  readonly data: DataLocation;
  /** How long the store may take to answer a request, and between two pieces of a body. */
  readonly s3TimeoutMs: number;
  /** Where the rollups are kept; unset: in memory, built anew at each start. */
  readonly stateDirectory: string | undefined;
  readonly refreshMs: number;
  /** What summaries do while the first rollups are built: wait for them, or answer from the part that is there. */
  readonly warmup: 'wait' | 'partial';
  readonly rollupGrain: RollupGrain;
  /** Unset: there is no `POST /refresh`. */
  readonly refreshToken: string | undefined;
  readonly httpfsExtension: string | undefined;
  /** `directory` set by the user chooses cached mode; `fallback` serves when httpfs cannot be loaded. */
  readonly objectCache: {
    readonly directory: string | undefined;
    readonly fallback: string;
    readonly maxBytes: number;
  };
  readonly engine: EngineConfig;
  /** Unset: statements run in DuckDB alone. */
  readonly trino: TrinoConfig | undefined;
  readonly exports: ExportConfig;
  /** The most rows that a named query gives a client. */
  readonly queryMaxRows: number;
  /** Saved query files are taken up without a restart. */
  readonly watchQueries: boolean;
  /** The manifest of the documents that clients may name by an id; unset: they send texts. */
  readonly persistedDocuments: string | undefined;
  /** Texts of documents are refused. */
  readonly persistedOnly: boolean;
  /** What helps whoever looks around: GraphiQL, introspection, and the names that errors suggest. */
  readonly explorer: boolean;
  /** Web origins whose scripts may read answers. `*`: all. */
  readonly corsOrigins: readonly string[];
  readonly limits: RequestLimits;
  readonly metrics: MetricsConfig;
  /** Whoever asks is told what an answer has cost, where nobody has to say who they are. */
  readonly explain: boolean;
  /** Unset: no traces. */
  readonly tracing: TracingConfig | undefined;
}

interface MetricsConfig {
  /** Unset: whoever reaches the port of their own may read them; at the port of all else they are not told. */
  readonly token: string | undefined;
  /** A port of their own; unset: at that of all else, with the token. */
  readonly port: number | undefined;
}

/**
 * @param variables usually `process.env`. An empty value counts as unset.
 * @throws ConfigError that lists every mistake. It never repeats a secret: the AWS variables are not read here.
 */
export function loadConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const parsed = environment.safeParse(set);
  const traced = tracingConfig(set);
  const problems = [...problemsOf(set, parsed), ...('problems' in traced ? traced.problems : [])];
  if (!parsed.success || 'problems' in traced || problems.length > 0) throw new ConfigError(problems);

  const env = parsed.data;
  const scratch = path.resolve(env.STATE_DIR ?? '.data');
  return {
    host: env.HOST,
    port: env.PORT,
    access: accessOf(env, env.HOST),
    logLevel: env.LOG_LEVEL,
    responseCacheBytes: env.RESPONSE_CACHE_MAX_BYTES,
    responseStallMs: env.RESPONSE_STALL_SECONDS * 1000,
    responseTimeoutMs: env.RESPONSE_TIMEOUT_SECONDS * 1000,
    shutdownDelayMs: env.SHUTDOWN_DELAY_SECONDS * 1000,
    data: dataLocation(env, scratch),
    s3TimeoutMs: env.S3_TIMEOUT_SECONDS * 1000,
    stateDirectory: env.STATE_DIR && path.resolve(env.STATE_DIR),
    refreshToken: env.REFRESH_TOKEN,
    refreshMs: env.REFRESH_SECONDS * 1000,
    warmup: env.WARMUP,
    rollupGrain: env.ROLLUP_GRAIN,
    httpfsExtension: env.HTTPFS_EXTENSION && path.resolve(env.HTTPFS_EXTENSION),
    objectCache: {
      directory: env.OBJECT_CACHE_DIR && path.resolve(env.OBJECT_CACHE_DIR),
      fallback: path.join(scratch, 'objects'),
      maxBytes: env.OBJECT_CACHE_MAX_BYTES,
    },
    engine: {
      threads: env.ENGINE_THREADS,
      memoryBytes: bytesOf(env.ENGINE_MEMORY_LIMIT),
      tempDirectory: path.resolve(env.ENGINE_TEMP_DIR ?? path.join(scratch, 'spill')),
      maxConcurrent: env.ENGINE_MAX_CONCURRENT,
      maxQueued: env.ENGINE_MAX_QUEUED,
      timeoutMs: env.STATEMENT_TIMEOUT_SECONDS * 1000,
      maxStreams: env.EXPORT_MAX_CONCURRENT,
      maxStreamsOfViewer: env.VIEWER_MAX_EXPORTS,
    },
    trino: trinoConfig(env),
    exports: {
      timeoutMs: env.EXPORT_TIMEOUT_SECONDS * 1000,
      maxRows: env.EXPORT_MAX_ROWS,
    },
    queryMaxRows: env.QUERY_MAX_ROWS,
    watchQueries: env.WATCH_QUERIES,
    persistedDocuments: env.PERSISTED_DOCUMENTS && path.resolve(env.PERSISTED_DOCUMENTS),
    persistedOnly: env.PERSISTED_ONLY,
    explorer: env.EXPLORER ?? env.NODE_ENV !== 'production',
    corsOrigins: env.CORS_ORIGINS ?? [],
    limits: requestLimits(env),
    metrics: { token: env.METRICS_TOKEN, port: env.METRICS_PORT },
    explain: env.EXPLAIN ?? isLoopback(env.HOST),
    tracing: traced.tracing,
  };
}

function dataLocation(env: Environment, scratch: string): DataLocation {
  if (env.S3_BUCKET) {
    const prefix = env.S3_PREFIX.replace(/^\/+/, '');
    return {
      kind: 's3',
      s3: {
        bucket: env.S3_BUCKET,
        prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
        region: env.AWS_REGION,
        endpoint: storeEndpoint(env),
      },
    };
  }
  if (env.DATA_DIR) return { kind: 'local', directory: path.resolve(env.DATA_DIR) };
  return { kind: 'sample', directory: path.join(scratch, 'sample') };
}

/** Of a store that is not AWS; the first that is set counts. */
export function storeEndpoint(
  set: {
    readonly [Setting in 'S3_ENDPOINT' | 'AWS_ENDPOINT_URL_S3' | 'AWS_ENDPOINT_URL']?: string | undefined;
  },
): string | undefined {
  return set.S3_ENDPOINT || set.AWS_ENDPOINT_URL_S3 || set.AWS_ENDPOINT_URL || undefined;
}
