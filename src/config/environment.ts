import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { accessSettings } from '../access/settings.ts';
import { flag, httpUrl, origins, text, token, trueOrFalse, whole } from '../setting-values.ts';
import { limitSettings } from './limit-settings.ts';
import { trinoSettings } from './trino-settings.ts';

/** A quarter of it is the share of some instances of DuckDB: with less than 64 MB, hardly a statement runs. */
const SMALLEST_MEMORY_BYTES = 256e6;

/** Of a size such as `4GiB`. */
export function bytesOf(size: string): number {
  const [, number, unit = ''] = /^([\d.]+)\s?(\w+)$/.exec(size) ?? [];
  const exponent = ['K', 'M', 'G', 'T'].indexOf(unit.charAt(0)) + 1;
  return Number(number) * (unit.includes('i') ? 1024 : 1000) ** exponent;
}

/** What each variable may be. README.md's table has one row for each name here; a test keeps it so. */
export const environment = z.object({
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

export type Environment = z.infer<typeof environment>;
