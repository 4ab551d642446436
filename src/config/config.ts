import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import {
  type AccessConfig,
  accessOf,
  accessProblems,
  accessSettings,
  isLoopback,
} from '../access/settings.ts';
import { ConfigError } from '../errors.ts';
import { flag, httpUrl, origins, text, token, trueOrFalse, whole } from '../setting-values.ts';
import { limitSettings, type RequestLimits, requestLimits } from './limit-settings.ts';
import { type TracingConfig, tracingConfig } from './tracing.ts';
import { type TrinoConfig, trinoConfig, trinoProblems, trinoSettings } from './trino-settings.ts';

/** A quarter of it is the share of some instances of DuckDB: with less than 64 MB, hardly a statement runs. */
const SMALLEST_MEMORY_BYTES = 256e6;

function bytesOf(size: string): number {
  const [, number, unit = ''] = /^([\d.]+)\s?(\w+)$/.exec(size) ?? [];
  const exponent = ['K', 'M', 'G', 'T'].indexOf(unit.charAt(0)) + 1;
  return Number(number) * (unit.includes('i') ? 1024 : 1000) ** exponent;
}

/** The only reader of the environment. README.md's table has one row for each name here; a test keeps it so. */
const environment = z.object({
  S3_BUCKET: text
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
      error: (issue) =>
        `expected a bucket name (3 to 63 of a-z, 0-9, "." and "-", without s3://), but got: ${String(issue.input)}`,
    })
    .optional(),
  S3_PREFIX: z.string().trim().default('telemetry/'),
  S3_ENDPOINT: httpUrl('https://s3.example.com').optional(),
  AWS_ENDPOINT_URL_S3: httpUrl('https://s3.example.com').optional(),
  AWS_ENDPOINT_URL: httpUrl('https://s3.example.com').optional(),
  AWS_REGION: text.optional(),
  S3_TIMEOUT_SECONDS: whole(1, 600).default(20),
  DATA_DIR: text.optional(),
  STATE_DIR: text.optional(),
  OBJECT_CACHE_DIR: text.optional(),
  OBJECT_CACHE_MAX_BYTES: whole(1, Number.MAX_SAFE_INTEGER).default(10 * 1024 ** 3),
  HTTPFS_EXTENSION: text.optional(),
  RESPONSE_CACHE_MAX_BYTES: whole(0, Number.MAX_SAFE_INTEGER).default(64 * 1024 ** 2),
  HOST: text.default('127.0.0.1'),
  PORT: whole(0, 65_535).default(8000),
  ...accessSettings,
  REFRESH_TOKEN: token.optional(),
  REFRESH_SECONDS: whole(1, 86_400).default(30),
  WARMUP: z
    .enum(['wait', 'partial'], {
      error: (issue) => `expected wait or partial, but got: ${String(issue.input)}`,
    })
    .default('wait'),
  ROLLUP_GRAIN: z
    .enum(['1h', '1d'], {
      error: (issue) => `expected 1h or 1d, but got: ${String(issue.input)}`,
    })
    .default('1h'),
  STATEMENT_TIMEOUT_SECONDS: whole(1, 3_600).default(60),
  ENGINE_MAX_CONCURRENT: whole(1, 64).default(4),
  ENGINE_MAX_QUEUED: whole(0, 100_000).default(256),
  ENGINE_THREADS: whole(1, 1_024).default(availableParallelism()),
  ENGINE_MEMORY_LIMIT: text
    .regex(/^\d+(\.\d+)?\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/, {
      error: (issue) => `expected a size like 4GiB or 800MB, but got: ${String(issue.input)}`,
    })
    .refine((size) => !(bytesOf(size) < SMALLEST_MEMORY_BYTES), {
      error: (issue) => `expected at least 256MB, but got: ${String(issue.input)}`,
    })
    .default('4GiB'),
  ENGINE_TEMP_DIR: text.optional(),
  ...trinoSettings,
  EXPORT_MAX_CONCURRENT: whole(1, 64).default(4),
  VIEWER_MAX_EXPORTS: whole(1, 64).default(3),
  EXPORT_TIMEOUT_SECONDS: whole(1, 86_400).default(3_600),
  RESPONSE_STALL_SECONDS: whole(1, 3_600).default(60),
  RESPONSE_TIMEOUT_SECONDS: whole(1, 86_400).default(300),
  SHUTDOWN_DELAY_SECONDS: whole(0, 300).default(0),
  EXPORT_MAX_ROWS: whole(1, Number.MAX_SAFE_INTEGER).optional(),
  QUERY_MAX_ROWS: whole(1, 10_000_000).default(100_000),
  WATCH_QUERIES: flag,
  PERSISTED_DOCUMENTS: text.optional(),
  PERSISTED_ONLY: flag,
  METRICS_TOKEN: token.optional(),
  METRICS_PORT: whole(0, 65_535).optional(),
  EXPLAIN: trueOrFalse.optional(),
  NODE_ENV: text.optional(),
  EXPLORER: trueOrFalse.optional(),
  CORS_ORIGINS: origins.optional(),
  ...limitSettings,
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: (issue) =>
        `expected one of trace, debug, info, warn, error, silent, but got: ${String(issue.input)}`,
    })
    .default('info'),
});

/** Every environment variable that the service reads, besides those of the AWS SDK's own credential chain. */
export const SETTINGS = Object.keys(environment.shape);

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
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (set['S3_BUCKET'] && set['DATA_DIR']) {
    problems.push(
      'S3_BUCKET and DATA_DIR: expected one of them, but got both; unset the one you do not mean',
    );
  }
  if (set['PERSISTED_ONLY'] === 'true' && !set['PERSISTED_DOCUMENTS']) {
    problems.push('PERSISTED_ONLY: expected PERSISTED_DOCUMENTS with it, but that is unset');
  }
  problems.push(...accessProblems(set), ...trinoProblems(set));
  if (set['METRICS_PORT'] && !set['METRICS_TOKEN'] && !isLoopback(set['HOST']?.trim() || '127.0.0.1')) {
    problems.push(
      `METRICS_PORT: expected METRICS_TOKEN with it where HOST is not a loopback address, but that is unset`,
    );
  }
  // A statement asks for one row more than a client may have, to tell whether there is one.
  if (parsed.success && parsed.data.QUERY_MAX_ROWS >= parsed.data.ANSWER_MAX_ROWS) {
    const { QUERY_MAX_ROWS, ANSWER_MAX_ROWS } = parsed.data;
    problems.push(
      `QUERY_MAX_ROWS: expected fewer than ANSWER_MAX_ROWS (${ANSWER_MAX_ROWS}), but got: ${QUERY_MAX_ROWS}`,
    );
  }
  if (parsed.success && parsed.data.BODIES_MAX_BYTES < parsed.data.BODY_MAX_BYTES) {
    const { BODIES_MAX_BYTES, BODY_MAX_BYTES } = parsed.data;
    problems.push(
      `BODIES_MAX_BYTES: expected at least BODY_MAX_BYTES (${BODY_MAX_BYTES}), but got: ${BODIES_MAX_BYTES}`,
    );
  }
  const traced = tracingConfig(set);
  if ('problems' in traced) problems.push(...traced.problems);
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

function dataLocation(env: z.infer<typeof environment>, scratch: string): DataLocation {
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
