import type { ColumnKind } from '../../../engine/column-batch.ts';
import { batchesOfRows } from '../../../formats/batches-of-rows.ts';
import { camelCase } from '../../../loaders/camel-case.ts';
import type { SummaryRows } from '../summaries.ts';
import type { OpenTable } from './table-route.ts';

const STATISTICS = {
  reading_count: 'int64',
  avg_voltage: 'float64',
  min_voltage: 'float64',
  max_voltage: 'float64',
  avg_temperature: 'float64',
  min_temperature: 'float64',
  max_temperature: 'float64',
  avg_soc: 'float64',
  min_soc: 'float64',
  max_soc: 'float64',
} as const;

/** The columns of the summaries, as their JSON names them. */
const SUMMARY_COLUMNS = {
  devices: { device_id: 'text', first_seen: 'instant', last_seen: 'instant', ...STATISTICS },
  'daily-summary': { device_id: 'text', date: 'date', ...STATISTICS },
  'devices-latest': {
    device_id: 'text',
    timestamp: 'instant',
    voltage: 'float64',
    temperature: 'float64',
    soc: 'float64',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnKind>>>>;

/** Rows of the schema as a table: they are few, and in memory already. */
export function summaryTable(
  name: keyof typeof SUMMARY_COLUMNS,
  { rows, headers = {}, cutAt }: SummaryRows,
): OpenTable {
  const columns = Object.entries(SUMMARY_COLUMNS[name]).map(([column, kind]) => ({ name: column, kind }));
  return {
    columns,
    batches: batchesOfRows(rows, columns, camelCase),
    streamed: false,
    rowLimit: cutAt,
    truncated: cutAt !== undefined,
    headers,
  };
}
