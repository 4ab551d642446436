import { useMemo, useState } from 'preact/hooks';
import { LineChart } from '../../parts/line-chart.tsx';
import { zone } from '../../settings/zone.ts';
import { count } from '../../text/format.ts';
import { type Drawable, drawable, drawn, groupsOf, MOST_LINES, type Row } from './drawable.ts';

/** The rows as lines over time, where they tell any; the table below has them all. */
export function ResultChart({ rows }: { readonly rows: readonly Row[] }) {
  const how = useMemo(() => drawable(rows), [rows]);
  return how === undefined ? null : <Chart rows={rows} how={how} />;
}

function Chart({ rows, how }: { readonly rows: readonly Row[]; readonly how: Drawable }) {
  const [chosen, setChosen] = useState<string | undefined>();
  const number = chosen !== undefined && how.numbers.includes(chosen) ? chosen : (how.numbers[0] ?? '');
  const groups = useMemo(() => groupsOf(rows, how), [rows, how]);
  const [picked, setPicked] = useState('');
  const only = groups.includes(picked) ? picked : null;
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
        isDaily: how.isDaily,
      },
    };
  }, [rows, how, number, only, zoneName]);
  return (
    <figure class="result-chart">
      <figcaption class="tools-row">
        <label class="field-inline">
          <span>Chart of</span>
          <select value={number} onChange={(event) => setChosen(event.currentTarget.value)}>
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
            <select value={only ?? ''} onChange={(event) => setPicked(event.currentTarget.value)}>
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
