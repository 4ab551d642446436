import { z } from 'zod';
import { isLoopback } from '../access/settings.ts';
import { httpUrl, text, whole } from '../setting-values.ts';

const EXAMPLE = 'https://trino.example.com:8443';
const MOST_CHARACTERS = 128;

const identifier = text.regex(new RegExp(`^[\\w-]{1,${MOST_CHARACTERS}}$`), {
  error: (issue) =>
    `expected a name (1 to ${MOST_CHARACTERS} of a-z, A-Z, 0-9, "_" and "-"), but got: ${String(issue.input)}`,
});

/** Where statements run, and how a Trino cluster is reached and used. */
export const trinoSettings = {
  ENGINE: z
    .enum(['duckdb', 'trino'], {
      error: (issue) => `expected duckdb or trino, but got: ${String(issue.input)}`,
    })
    .default('duckdb'),
  TRINO_URL: httpUrl(EXAMPLE)
    .pipe(
      z.string().refine((url) => isOrigin(new URL(url)), {
        error: `expected a URL like ${EXAMPLE}, without name, password, path and query; what came is not shown here`,
      }),
    )
    .transform((url) => new URL(url).origin)
    .optional(),
  // In Basic authentication a colon ends the name.
  TRINO_USER: text
    .regex(/^[^:\p{Cc}\u{100}-\u{10ffff}]+$/u, {
      error: (issue) =>
        `expected a name in characters of ISO 8859-1, without a colon, but got: ${String(issue.input)}`,
    })
    .default('telemetry-analytics-api'),
  TRINO_PASSWORD: z
    .string()
    .regex(/^[^\p{Cc}\u{100}-\u{10ffff}]+$/u, {
      error: 'expected characters of ISO 8859-1, as Trino reads them; what came is not shown here',
    })
    .optional(),
  TRINO_TOKEN: text
    .regex(/^[\w.~+/-]+=*$/, { error: 'expected a JSON Web Token; what came is not shown here' })
    .optional(),
  TRINO_CATALOG: identifier.optional(),
  TRINO_SCHEMA: identifier.optional(),
  TRINO_TABLE: identifier.default('telemetry'),
  TRINO_TABLE_FORMAT: z
    .enum(['hive', 'iceberg', 'delta'], {
      error: (issue) => `expected hive, iceberg or delta, but got: ${String(issue.input)}`,
    })
    .default('hive'),
  TRINO_MAX_CONCURRENT: whole(1, 64).default(8),
  TRINO_MIN_SCAN_BYTES: whole(0, Number.MAX_SAFE_INTEGER).default(32 * 1024 ** 2),
};

type TrinoSettings = z.infer<z.ZodObject<typeof trinoSettings>>;

export interface TrinoEndpoint {
  /** Of the coordinator, or of what stands before it, without a path: `https://trino.example:8443`. */
  readonly url: string;
  readonly user: string;
  /** Unset: the cluster lets the user in by name. */
  readonly credentials?: TrinoCredentials | undefined;
  readonly catalog: string;
  readonly schema: string;
}

/** A password of the user (in ISO 8859-1, as Trino reads it), or a JSON Web Token that names the user. */
export type TrinoCredentials = { readonly password: string } | { readonly token: string };

export interface TrinoConfig {
  readonly endpoint: TrinoEndpoint;
  /** In the endpoint's catalog and schema. */
  readonly table: string;
  /** Of the table, and so of the catalog that it is in. */
  readonly format: 'hive' | 'iceberg' | 'delta';
  /** Statements that run on the cluster at a time. */
  readonly maxConcurrent: number;
  /** Scans of fewer bytes of objects are left to the embedded engine; 0: none. */
  readonly minScanBytes: number;
}

/** Without them there is nothing that a cluster could be asked. */
const NEEDED = ['S3_BUCKET', 'TRINO_URL', 'TRINO_CATALOG', 'TRINO_SCHEMA'];

/**
 * What does not fit together.
 * @param set the settings as they were given, without those that are empty
 */
export function trinoProblems(set: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = [];
  const { ENGINE: engine, TRINO_URL: url, TRINO_PASSWORD: password, TRINO_TOKEN: token } = set;
  if (engine === 'trino') {
    for (const name of NEEDED.filter((needed) => set[needed] === undefined)) {
      problems.push(`ENGINE: expected ${name} with trino, but that is unset`);
    }
  }
  if (password !== undefined && token !== undefined) {
    problems.push(
      'TRINO_PASSWORD and TRINO_TOKEN: expected one of them, but got both; unset the one you do not mean',
    );
  }
  if ((password ?? token) !== undefined && isReadableOnTheWay(url)) {
    const given = password === undefined ? 'TRINO_TOKEN' : 'TRINO_PASSWORD';
    problems.push(
      `TRINO_URL: expected https with ${given}, or a loopback address, but got http: credentials would be readable on the way`,
    );
  }
  return problems;
}

/**
 * @param settings those in which `trinoProblems` finds nothing
 * @returns undefined where statements run in DuckDB
 */
export function trinoConfig(settings: TrinoSettings): TrinoConfig | undefined {
  const { ENGINE: engine, TRINO_URL: url, TRINO_CATALOG: catalog, TRINO_SCHEMA: schema } = settings;
  if (engine === 'duckdb' || url === undefined || catalog === undefined || schema === undefined) {
    return undefined;
  }
  return {
    endpoint: { url, user: settings.TRINO_USER, credentials: credentialsOf(settings), catalog, schema },
    table: settings.TRINO_TABLE,
    format: settings.TRINO_TABLE_FORMAT,
    maxConcurrent: settings.TRINO_MAX_CONCURRENT,
    minScanBytes: settings.TRINO_MIN_SCAN_BYTES,
  };
}

function credentialsOf({
  TRINO_PASSWORD: password,
  TRINO_TOKEN: token,
}: TrinoSettings): TrinoCredentials | undefined {
  if (token !== undefined) return { token };
  return password === undefined ? undefined : { password };
}

function isOrigin({ username, password, pathname, search, hash }: URL): boolean {
  return pathname === '/' && [username, password, search, hash].every((part) => part === '');
}

function isReadableOnTheWay(url = ''): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}
