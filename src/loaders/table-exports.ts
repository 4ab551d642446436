import type { NamedQuery, QueryArguments } from '../../schema/query-types.ts';
import type { QueryCatalog, ScanStream } from '../catalog/query-catalog.ts';
import { instant } from '../dataset/cluster/telemetry-sql.ts';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Scan } from '../dataset/view-reader.ts';
import type { ColumnBatch, ColumnKind } from '../engine/column-batch.ts';
import type { RunOptions } from '../engine/engine.ts';
import { DatasetChangedError } from '../errors.ts';
import type { Holdings, ReadingRange } from './holdings.ts';
import { checkRange } from './time-range.ts';

/** A table whose rows are given as they are asked for. */
export interface ExportTable {
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
  readonly batches: AsyncIterable<ColumnBatch>;
  /** They are read as they are asked for, on a connection for streams; else they are in memory already. */
  readonly streamed: boolean;
  /** The most rows; undefined: all. */
  readonly rowLimit: number | undefined;
  /** There are more rows than the limit, and these are left out. Known before the first row. */
  readonly truncated: boolean;
}

export interface ExportParts {
  readonly currentView: () => Promise<DatasetView>;
  readonly catalog: QueryCatalog;
  readonly scanner: Scanner;
  readonly holdings: Holdings;
  readonly maxRows: number | undefined;
  /** Of every statement. */
  readonly options: RunOptions;
  /** Of those that are streamed. */
  readonly timeoutMs: number;
}

const READING_COLUMNS = [
  { name: 'device_id', kind: 'text' },
  { name: 'timestamp', kind: 'instant' },
  { name: 'voltage', kind: 'float64' },
  { name: 'temperature', kind: 'float64' },
  { name: 'soc', kind: 'float64' },
] as const satisfies ExportTable['columns'];

/** What the engines say in their own words. */
interface Dialect {
  instant(parameter: string): string;
  readonly isAnyDevice: string;
}
const EMBEDDED: Dialect = {
  instant: (parameter) => `CAST($${parameter} AS TIMESTAMP)`,
  isAnyDevice: 'list_contains(CAST($device_ids AS VARCHAR[]), device_id)',
};
const CLUSTER: Dialect = { instant, isAnyDevice: 'contains($device_ids, device_id)' };

/**
 * In the order in which they are stored, object by object: to sort them, all would have to be in memory at once. A cluster
 * gives them in any order.
 */
function readingsSql({ deviceIds, from, to }: ReadingRange, dialect: Dialect): string {
  const conditions = [
    ...(from === null ? [] : [`"timestamp" >= ${dialect.instant('from')}`]),
    ...(to === null ? [] : [`"timestamp" < ${dialect.instant('to')}`]),
    // No join: what the embedded engine builds a hash table of comes out in any order.
    ...(deviceIds === null ? [] : [deviceIds.length === 1 ? 'device_id = $device_id' : dialect.isAnyDevice]),
  ];
  return `SELECT ${READING_COLUMNS.map(({ name }) => `"${name}"`).join(', ')}
FROM {{TELEMETRY}}${conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`}`;
}

/** Tables of any size over one view: the read path of exports, beside `ViewTelemetry`. */
export class TableExports {
  private readonly parts: ExportParts;

  constructor(parts: ExportParts) {
    this.parts = parts;
  }

  async namedQuery(query: NamedQuery, args: QueryArguments): Promise<ExportTable> {
    const { columns, scan, stream } = await this.parts.catalog.export(
      await this.parts.currentView(),
      query,
      args,
    );
    return this.limited(columns, scan, stream);
  }

  /**
   * @param range from its first instant, inclusive, to its last, exclusive
   * @throws ArgumentError when it ends before it begins
   */
  async readings(range: ReadingRange): Promise<ExportTable> {
    checkRange(range);
    const { currentView, holdings, scanner, options } = this.parts;
    const view = await currentView();
    const holding = await holdings.onlyHolding(view, range, options);
    const { deviceIds, from, to } = range;
    const scan = {
      name: 'export_readings',
      sql: readingsSql(range, EMBEDDED),
      clusterSql: readingsSql(range, CLUSTER),
      params: { device_ids: deviceIds, device_id: deviceIds?.[0] ?? null, from, to },
    };
    const nothing = view.entries.length > 0 && holding.entries.length === 0;
    return this.limited(READING_COLUMNS, scan, (limitedScan, streamOptions) =>
      nothing ? noBatches() : scanner.stream(holding, limitedScan, streamOptions),
    );
  }

  /** A limit is looked at before the first row: no format but Parquet could tell it after the last. */
  private async limited(
    columns: ExportTable['columns'],
    scan: Scan,
    stream: ScanStream,
  ): Promise<ExportTable> {
    const { maxRows, timeoutMs } = this.parts;
    const options: RunOptions = { ...this.parts.options, timeoutMs };
    if (maxRows === undefined) {
      return {
        columns,
        batches: stream(scan, options),
        streamed: true,
        rowLimit: undefined,
        truncated: false,
      };
    }
    const more = onBoth(
      scan,
      (sql) =>
        `SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM (${sql}\n) AS counted LIMIT ${maxRows + 1}) AS first_rows`,
    );
    let count = 0n;
    for await (const batch of stream({ ...more, name: `${scan.name}_count` }, options)) {
      count = (batch.columns[0]?.[0] as bigint | undefined) ?? 0n;
    }
    const truncated = count > BigInt(maxRows);
    const limited = {
      ...scan,
      sql: `SELECT * FROM (${scan.sql}\n) AS limited LIMIT ${maxRows + 1}`,
      mostRows: maxRows + 1,
    };
    return {
      columns,
      batches: cut(stream(limited, options), maxRows, truncated),
      streamed: true,
      rowLimit: maxRows,
      truncated,
    };
  }
}

/** The scan with each of its statements within another. */
function onBoth(scan: Scan, around: (sql: string) => string): Scan {
  const { sql, clusterSql } = scan;
  return {
    ...scan,
    sql: around(sql),
    ...(clusterSql !== undefined && { clusterSql: around(clusterSql) }),
  };
}

/** @throws DatasetChangedError when there are more rows, or fewer, than what clients have been told already */
async function* cut(
  batches: AsyncIterable<ColumnBatch>,
  maxRows: number,
  truncated: boolean,
): AsyncGenerator<ColumnBatch, void> {
  let rows = 0;
  for await (const batch of batches) {
    const left = maxRows - rows;
    rows += batch.rowCount;
    if (batch.rowCount <= left) yield batch;
    else if (left > 0) {
      yield { rowCount: left, columns: batch.columns.map((column) => column.slice(0, left)) };
    }
  }
  if (rows > maxRows !== truncated) {
    throw new DatasetChangedError('The query gave another number of rows when it was asked again');
  }
}

async function* noBatches(): AsyncGenerator<ColumnBatch, void> {}
