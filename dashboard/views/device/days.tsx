import { useMemo, useState } from 'preact/hooks';
import { useAnswer } from '../../data/use-answer.ts';
import { DeviceDaysDocument, type DeviceDaysQuery } from '../../generated/graphql.ts';
import { changeSearch, location } from '../../navigation/location.ts';
import { Answered } from '../../parts/answered.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { LineChart } from '../../parts/line-chart.tsx';
import { TableScroll } from '../../parts/table-scroll.tsx';
import { zone } from '../../settings/zone.ts';
import { bare, count, METRIC_TEXTS, METRICS, type MetricName } from '../../text/format.ts';
import { day } from '../../text/instant.ts';
import { type DaySummary, dailyModel } from './daily-model.ts';
import { chooseMetric, metricOf } from './device-url.ts';

/** So many days are in the table at first. */
const FIRST_ROWS = 14;

/** The days of a device in the chosen zone, drawn and as figures. */
export function Days({ deviceId }: { readonly deviceId: string }) {
  const answer = useAnswer(DeviceDaysDocument, { deviceId, timeZone: zone.value }, { about: [deviceId] });
  return (
    <section class="panel" aria-labelledby="days-heading">
      <div class="panel-head">
        <h2 id="days-heading">Days</h2>
        <span class="muted small">cut in {zone.value}</span>
      </div>
      <Answered answer={answer} what="the days" lines={6}>
        {(data) => <Summaries data={data} />}
      </Answered>
    </section>
  );
}

function Summaries({ data }: { readonly data: DeviceDaysQuery }) {
  const metric = metricOf(location.value.search);
  const days = data.device?.dailySummaries;
  const model = useMemo(() => dailyModel(days ?? [], metric), [days, metric]);
  if (days === undefined || days.length === 0) {
    return (
      <EmptyNotice title="No days">
        <p>A day appears as soon as it has a reading.</p>
      </EmptyNotice>
    );
  }
  return (
    <>
      <div class="tools-row">
        <fieldset class="segments">
          <legend class="visually-hidden">Metric of the chart</legend>
          {METRICS.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="metric"
                checked={metric === name}
                onChange={() => changeSearch((search) => chooseMetric(search, name), { replace: true })}
              />
              <span>{METRIC_TEXTS[name].label}</span>
            </label>
          ))}
        </fieldset>
        <span class="muted small">Mean of each day, and its lowest and highest value as a band.</span>
      </div>
      <LineChart model={model} height={190} />
      <DayTable days={days} />
    </>
  );
}

function DayTable({ days }: { readonly days: readonly DaySummary[] }) {
  const [isWhole, setWhole] = useState(false);
  const newestFirst = days.toReversed();
  const rows = isWhole ? newestFirst : newestFirst.slice(0, FIRST_ROWS);
  return (
    <>
      <TableScroll of="Days">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" class="number">
                Readings
              </th>
              {METRICS.map((metric) => (
                <th key={metric} scope="col" class="number">
                  {METRIC_TEXTS[metric].label} ({METRIC_TEXTS[metric].unit}): mean, range
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((summary) => (
              <tr key={summary.date}>
                <th scope="row" class="nowrap">
                  {day(summary.date)}
                </th>
                <td class="number">{count(summary.readingCount)}</td>
                <Range
                  metric="voltage"
                  mean={summary.avgVoltage}
                  min={summary.minVoltage}
                  max={summary.maxVoltage}
                />
                <Range
                  metric="temperature"
                  mean={summary.avgTemperature}
                  min={summary.minTemperature}
                  max={summary.maxTemperature}
                />
                <Range metric="soc" mean={summary.avgSoc} min={summary.minSoc} max={summary.maxSoc} />
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {days.length > FIRST_ROWS && (
        <button type="button" class="button button-link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fewer days' : `All ${count(days.length)} days`}
        </button>
      )}
    </>
  );
}

interface RangeProps {
  readonly metric: MetricName;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

function Range({ metric, mean, min, max }: RangeProps) {
  return (
    <td class="number nowrap">
      {bare(metric, mean)}{' '}
      <span class="muted">
        {bare(metric, min)} to {bare(metric, max)}
      </span>
    </td>
  );
}
