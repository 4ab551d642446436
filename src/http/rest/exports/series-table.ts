import { METRICS } from '../../../../schema/context.ts';
import type { Series, SeriesResolution } from '../../../../schema/series-types.ts';
import type { ColumnBatch } from '../../../engine/column-batch.ts';
import { pause } from '../../../pace.ts';
import type { OpenTable } from './table-route.ts';

/** What is told of each metric at each point, and how its columns end. */
const PARTS = [
  ['values', '', 'float64'],
  ['min', '_min', 'float64'],
  ['max', '_max', 'float64'],
  ['count', '_count', 'int64'],
] as const;

/** As many as the engine gives at a time. */
const BATCH_ROWS = 2_048;

/**
 * Series as rows: one for each device and point, by device, then time.
 * @param wanted the metrics that the URL names, in its order; none: all
 */
export function seriesTable(series: readonly Series[], wanted: readonly string[]): OpenTable {
  const metrics = wanted.length === 0 ? METRICS : METRICS.filter((metric) => wanted.includes(metric));
  const ordered =
    wanted.length === 0 ? metrics : [...metrics].sort((a, b) => wanted.indexOf(a) - wanted.indexOf(b));
  return {
    columns: [
      { name: 'device_id', kind: 'text' },
      { name: 'timestamp', kind: 'instant' },
      ...ordered.flatMap((metric) => PARTS.map(([, suffix, kind]) => ({ name: metric + suffix, kind }))),
    ],
    batches: batches(series, ordered),
    streamed: false,
    rowLimit: undefined,
    truncated: false,
    headers: {
      'x-series-method': told(series, ({ method }) => method),
      'x-series-source': told(series, ({ source }) => source),
      'x-series-bucket': told(series, ({ bucket }) => bucket ?? 'none'),
      'x-series-exact': String(series.every(({ resolution }) => resolution.exact)),
    },
  };
}

/** What was done may differ from device to device: each way once. */
function told(series: readonly Series[], of: (resolution: SeriesResolution) => string): string {
  return [...new Set(series.map(({ resolution }) => of(resolution).toLowerCase()))].join(', ');
}

async function* batches(
  series: readonly Series[],
  metrics: readonly string[],
): AsyncGenerator<ColumnBatch, void> {
  for (const { deviceId, timestamps, metrics: found } of series) {
    const columns = metrics.flatMap((name) => {
      const metric = found.find((one) => one.metric === name);
      return PARTS.map(([part, , kind]) => ({ column: metric?.[part], kind }));
    });
    for (let from = 0; from < timestamps.length; from += BATCH_ROWS) {
      await pause();
      const rowCount = Math.min(BATCH_ROWS, timestamps.length - from);
      const valuesOf = <Value>(value: (place: number) => Value) =>
        Array.from({ length: rowCount }, (_, row) => value(from + row));
      yield {
        rowCount,
        columns: [
          valuesOf(() => deviceId),
          valuesOf((place) => BigInt(Math.round((timestamps.at(place) ?? 0) * 1000))),
          ...columns.map(({ column, kind }) =>
            valuesOf((place) => {
              const value = column?.at(place) ?? null;
              return value !== null && kind === 'int64' ? BigInt(value) : value;
            }),
          ),
        ],
      };
    }
  }
}
