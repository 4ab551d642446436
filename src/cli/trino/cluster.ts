import type { TrinoConfig, TrinoEndpoint } from '../../config/trino-settings.ts';
import { sqlString } from '../../engine/sql-string.ts';
import { TrinoClient } from '../../engine/trino/client.ts';
import { classifyTrinoError } from '../../engine/trino/trino-errors.ts';
import { RegisterError } from './register-error.ts';

export type TrinoRow = readonly unknown[];

/** Runs statements of all kinds, whereas the engine of the service runs queries only. */
export class Cluster {
  private readonly client: TrinoClient;

  constructor(endpoint: TrinoEndpoint) {
    this.client = new TrinoClient(endpoint);
  }

  /**
   * @param step what the statement is for, as errors call it
   * @throws RegisterError with the code that the service has for it, and with what the cluster says
   */
  async run(step: string, sql: string): Promise<TrinoRow[]> {
    const rows: TrinoRow[] = [];
    // Making known a great many folders takes its time, and whoever waits can end the command.
    const { signal } = new AbortController();
    try {
      for await (const page of this.client.pages(sql, { signal })) {
        for (const row of page.rows) rows.push(row);
      }
    } catch (error) {
      const { code, message, cause } = classifyTrinoError(error, step);
      throw new RegisterError(code, `${message}: ${reasons(cause).join(': ')}`, { cause });
    }
    return rows;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.message, ...reasons(error.cause)].filter((text) => text !== '');
}

/** Catalogs that the user can see. */
const CATALOGS = 'SELECT catalog_name, connector_name FROM system.metadata.catalogs ORDER BY 1';

/** Connectors whose catalogs a table can be registered in, by what says which objects count. */
const CONNECTORS: Readonly<Record<TrinoConfig['format'], readonly string[]>> = {
  hive: ['hive'],
  iceberg: [],
  delta: ['hive', 'delta_lake'],
};

/** @returns its connector @throws RegisterError for one that is not there, or holds tables that are not registered here */
export async function requireCatalog(
  cluster: Cluster,
  catalog: string,
  format: TrinoConfig['format'],
): Promise<string> {
  const allowed = CONNECTORS[format];
  if (allowed.length === 0) {
    throw new RegisterError(
      'NOTHING_TO_REGISTER',
      `TRINO_TABLE_FORMAT: expected hive or delta, whose tables can be made over objects that are there, but got: ${format}`,
    );
  }
  const rows = await cluster.run('catalogs', CATALOGS);
  const connectors = new Map(rows.map(([name, connector]) => [String(name), String(connector)]));
  const connector = connectors.get(catalog);
  if (connector === undefined) {
    throw new RegisterError(
      'CATALOG_UNKNOWN',
      `TRINO_CATALOG: expected one of ${[...connectors.keys()].join(', ')}, which this user can see, but got: ${catalog}`,
    );
  }
  if (allowed.includes(connector)) return connector;
  throw new RegisterError(
    'CATALOG_DIFFERS',
    `TRINO_CATALOG: expected a catalog with connector.name=${allowed.join(' or ')}, as TRINO_TABLE_FORMAT says, but got: ${catalog}, which is of ${connector}`,
  );
}

const DIGITS: Readonly<Record<string, number>> = { MILLISECONDS: 3, MICROSECONDS: 6, NANOSECONDS: 9 };

/** @returns the digits of a second that times have in the catalog's tables */
export async function timestampDigits(cluster: Cluster, catalog: string): Promise<number> {
  const rows = await cluster.run('session', `SHOW SESSION LIKE ${sqlString('%.timestamp_precision')}`);
  const value = rows.find(([name]) => name === `${catalog}.timestamp_precision`)?.[1];
  const digits = DIGITS[String(value)];
  if (digits === undefined) {
    throw new RegisterError(
      'PRECISION_UNKNOWN',
      `expected ${catalog}.timestamp_precision to be one of ${Object.keys(DIGITS).join(', ')}, but got: ${value}`,
    );
  }
  return digits;
}
