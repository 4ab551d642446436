import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineAdmin } from '../engine/engine.ts';
import { sqlString } from '../engine/sql-string.ts';
import { ConfigError } from '../errors.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { RESPONSE_MS } from './s3-client.ts';

/** Where `npm run setup:httpfs` puts the extension. */
export const HTTPFS_DEFAULT_PATH = path.join(PACKAGE_ROOT, '.cache/httpfs/httpfs.duckdb_extension');

const settings = (timeoutMs: number) => [
  // Without it a `?s3_endpoint=` in a path sends the credentials' signatures elsewhere, and `*` in a key is a pattern.
  'SET GLOBAL s3_url_compatibility_mode = true',
  // Seconds and tries: a hanging request holds its connection, whatever interrupts it, for at most their product.
  `SET GLOBAL http_timeout = ${Math.ceil(timeoutMs / 1000)}`,
  'SET GLOBAL http_retries = 2',
  // The default, which everything here rests on: cached pieces of an object are checked against its ETag.
  "SET GLOBAL validate_external_file_cache = 'VALIDATE_ALL'",
  'SET GLOBAL enable_http_metadata_cache = false',
];

export type HttpfsOutcome =
  | { readonly loaded: true; readonly from: string }
  | { readonly loaded: false; readonly reason: string };

/**
 * Loads DuckDB's httpfs: the file given, else what the user's DuckDB has installed, else the project's own copy, else
 * DuckDB's download. Must come before external access is switched off.
 * @throws ConfigError when the file given cannot be loaded: whoever names one does not mean another way of reading.
 */
export async function loadHttpfs(
  admin: EngineAdmin,
  extensionPath: string | undefined,
  timeoutMs = RESPONSE_MS,
): Promise<HttpfsOutcome> {
  const outcome = extensionPath === undefined ? await loadAny(admin) : await loadGiven(admin, extensionPath);
  if (outcome.loaded) {
    for (const setting of settings(timeoutMs)) await admin.execute(setting);
  }
  return outcome;
}

async function loadGiven(admin: EngineAdmin, extensionPath: string): Promise<HttpfsOutcome> {
  try {
    await admin.execute(`LOAD ${sqlString(extensionPath)}`);
  } catch (error) {
    throw new ConfigError([
      `HTTPFS_EXTENSION: expected DuckDB's httpfs extension for exactly this DuckDB version, but ${extensionPath} cannot be loaded: ${oneLine(error)}`,
    ]);
  }
  return { loaded: true, from: extensionPath };
}

async function loadAny(admin: EngineAdmin): Promise<HttpfsOutcome> {
  const ways = [
    { from: 'the installed extensions', statements: ['LOAD httpfs'] },
    ...(existsSync(HTTPFS_DEFAULT_PATH)
      ? [{ from: HTTPFS_DEFAULT_PATH, statements: [`LOAD ${sqlString(HTTPFS_DEFAULT_PATH)}`] }]
      : []),
    { from: "DuckDB's extension site", statements: ['INSTALL httpfs', 'LOAD httpfs'] },
  ];
  const reasons: string[] = [];
  for (const { from, statements } of ways) {
    try {
      for (const statement of statements) await admin.execute(statement);
      return { loaded: true, from };
    } catch (error) {
      reasons.push(`${from}: ${oneLine(error)}`);
    }
  }
  return { loaded: false, reason: `httpfs cannot be loaded from ${reasons.join('; ')}` };
}

function oneLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}
