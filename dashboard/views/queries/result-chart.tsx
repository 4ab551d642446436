import { useMemo } from 'preact/hooks';
import { changeSearch } from '../../navigation/location.ts';
import { LineChart } from '../../parts/line-chart.tsx';
import { zone } from '../../settings/zone.ts';
import { count } from '../../text/format.ts';
import { changesClocks } from '../../text/instant.ts';
import { type Drawable, drawable, drawn, groupsOf, MOST_LINES, type Row } from './drawable.ts';
import { changeResult, type ResultAddress } from './result-url.ts';

interface ResultChartProps {
  readonly rows: readonly Row[];
  readonly address: ResultAddress;
}

/** The rows as lines over time, where they tell any; the table below has them all. */
export function ResultChart({ rows, address }: ResultChartProps) {
  const how = useMemo(() => drawable(rows), [rows]);
  return how === undefined ? null : <Chart rows={rows} address={address} how={how} />;
}

const choose = (choice: Partial<ResultAddress>) =>
  changeSearch((search) => changeResult(search, choice), { replace: true });

function Chart({ rows, address, how }: ResultChartProps & { readonly how: Drawable }) {
  const number = how.numbers.find((name) => name === address.figure) ?? how.numbers[0] ?? '';
  const groups = useMemo(() => groupsOf(rows, how), [rows, how]);
  const only = groups.find((name) => name === address.group) ?? null;
  const zoneName = how.isDaily ? 'UTC' : zone.value;
  const { model, leftOut, lines } = useMemo(() => {
    const { leftOut, ...shown } = drawn(rows, how, number, only);
    return {
      leftOut,
      lines: shown.lines,
      model: {
        ...shown,
        label: `${number} over ${how.time}, ${shown.lines.length} lines. The table below has the figures.`,
        gaps: [],
        unit: '',
        digits: 2,
        zone: zoneName,
        areClocksChanged:
          !how.isDaily && changesClocks(zoneName, shown.timestamps[0] ?? 0, shown.timestamps.at(-1) ?? 0),
        isDaily: how.isDaily,
      },
    };
  }, [rows, how, number, only, zoneName]);
  return (
    <figure class="result-chart">
      <figcaption class="tools-row">
        <label class="field-inline">
          <span>Chart of</span>
          <select value={number} onChange={(event) => choose({ figure: event.currentTarget.value })}>
            {how.numbers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {groups.length > 1 && (
          <label class="field-inline">
            <span>{how.group}</span>
            <select
              value={only ?? ''}
              onChange={(event) => choose({ group: event.currentTarget.value || null })}
            >
              <option value="">{leftOut > 0 || only !== null ? `the first ${MOST_LINES}` : 'all'}</option>
              {groups.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <span class="muted small">
          over {how.time}
          {!how.isDaily && `, in ${zoneName}`}
          {leftOut > 0 && `; ${count(leftOut)} of ${count(groups.length)} are left out, the table has them`}
        </span>
      </figcaption>
      <ul class="keys">
        {lines.map(({ label, colour }) => (
          <li key={label}>
            <span class={`swatch swatch-${colour}`} aria-hidden="true" /> {label}
          </li>
        ))}
      </ul>
      <LineChart model={model} height={260} />
    </figure>
  );
}
