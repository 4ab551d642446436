import { useState } from 'preact/hooks';
import { bare, METRIC_TEXTS } from '../../text/format.ts';
import { exactInstant } from '../../text/instant.ts';
import type { MetricModel } from './metric-models.ts';

/** More rows help nobody who reads them one by one: zoom in, or download. */
const MOST_ROWS = 500;

/** The figures of the charts, for those who cannot see them or want to copy them. */
export function PointTable({
  models,
  zoneName,
}: {
  readonly models: readonly MetricModel[];
  readonly zoneName: string;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="alternative" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && <Points models={models} zoneName={zoneName} />}
    </details>
  );
}

function Points({
  models,
  zoneName,
}: {
  readonly models: readonly MetricModel[];
  readonly zoneName: string;
}) {
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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys */}
      <section class="table-scroll table-tall" aria-label="Points of the charts, scrolls" tabIndex={0}>
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
                  {exactInstant(at, zoneName)}
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
      </section>
    </>
  );
}
