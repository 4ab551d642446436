import { parseArgs } from 'node:util';
import { ConfigError } from '../../src/errors.ts';

export const USAGE = `Registers a table over the objects of the bucket in a catalog of a Trino cluster.

  npm run trino:register -- [--replace] [--footers N]

  --replace    drops a table of that name and makes it anew; the objects stay as they are
  --footers N  how many objects are looked into for the types of their columns, 1 or more  (1000)
  --help

It reads the settings of the service, .env included: S3_BUCKET, S3_PREFIX, TRINO_URL, TRINO_USER, TRINO_PASSWORD or
TRINO_TOKEN, TRINO_CATALOG, TRINO_SCHEMA, TRINO_TABLE, TRINO_TABLE_FORMAT. The user must be allowed to make tables.

With TRINO_TABLE_FORMAT=delta the objects are those of the Delta table there. In a catalog of Delta Lake, that table is made
known, which needs delta.register-table-procedure.enabled=true. In a catalog of Hive, as for other objects, an external
table is made over them:

The table has the columns of readings, in the types that the objects have. Where all objects lie in folders like
device_id=pack-7/date=2026-01-01/, these become partition columns. A table that is there and fits is left alone. Run it
again when there are new folders: it tells the cluster of them. In all other layouts the cluster finds new objects itself.

At the end the objects that the table shows are compared with those in the bucket. The exit code is 1 if some are missing,
and if anything else is not as expected.`;

export interface RegisterOptions {
  /** A table that is there is dropped, and made anew. */
  readonly replace: boolean;
  /** The most objects whose footers are read. */
  readonly footers: number;
}

/**
 * @param args what follows the script's name
 * @throws ConfigError for options that make no sense
 */
export function parseOptions(args: readonly string[]): RegisterOptions | 'help' {
  const { help, replace, footers } = parsed(args);
  if (help === true) return 'help';
  if (!/^[1-9]\d{0,8}$/.test(footers)) {
    throw new ConfigError([`--footers: expected a whole number from 1 to 999999999, but got: ${footers}`]);
  }
  return { replace: replace === true, footers: Number(footers) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        replace: { type: 'boolean' },
        footers: { type: 'string', default: '1000' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
}
