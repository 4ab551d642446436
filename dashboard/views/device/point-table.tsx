import { useState } from 'preact/hooks';
import { TableScroll } from '../../parts/table-scroll.tsx';
import { bare, METRIC_TEXTS } from '../../text/format.ts';
import { distinctInstant } from '../../text/instant.ts';
import type { MetricModel } from './metric-models.ts';

/** More rows help nobody who reads them one by one: zoom in, or download. */
const MOST_ROWS = 500;

interface PointTableProps {
  readonly models: readonly MetricModel[];
  readonly zoneName: string;
  /** One time of day may stand for two instants. */
  readonly areClocksChanged: boolean;
}

/** The figures of the charts, for those who cannot see them or want to copy them. */
export function PointTable(props: PointTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="alternative" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && <Points {...props} />}
    </details>
  );
}

function Points({ models, zoneName, areClocksChanged }: PointTableProps) {
  // Breaks stand at different times in different metrics, so rows are put together by time.
  const rows = new Map<number, (number | null | undefined)[]>();
  models.forEach(({ timestamps, line }, column) => {
    timestamps.forEach((at, index) => {
      const value = line.values[index];
      if (value === null || value === undefined) return;
      const row = rows.get(at) ?? [];
      row[column] = value;
      rows.set(at, row);
    });
  });
  const times = [...rows.keys()].sort((a, b) => a - b);
  return (
    <>
      {times.length > MOST_ROWS && (
        <p class="muted small">
          The first {MOST_ROWS} of {times.length} points. Zoom in, or download the readings, for the others.
        </p>
      )}
      <TableScroll of="Points of the charts" isTall>
        <table>
          <thead>
            <tr>
              <th scope="col">Time ({zoneName})</th>
              {models.map(({ metric }) => (
                <th key={metric} scope="col" class="number">
                  {METRIC_TEXTS[metric].label} ({METRIC_TEXTS[metric].unit})
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.slice(0, MOST_ROWS).map((at) => (
              <tr key={at}>
                <th scope="row" class="nowrap">
                  {distinctInstant(at, zoneName, areClocksChanged)}
                </th>
                {models.map(({ metric }, column) => (
                  <td key={metric} class="number">
                    {bare(metric, rows.get(at)?.[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </>
  );
}
