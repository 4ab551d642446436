import { useMemo, useRef } from 'preact/hooks';
import { useAnswer } from '../../data/use-answer.ts';
import { DeviceSeriesDocument, type DeviceSeriesQuery } from '../../generated/graphql.ts';
import { Answered } from '../../parts/answered.tsx';
import { LineChart } from '../../parts/line-chart.tsx';
import { useWheel, useWidth } from '../../parts/use-element.ts';
import { zone } from '../../settings/zone.ts';
import { fitted, moved, pointsFor, type Span, zoomed } from '../../telemetry/resolution.ts';
import { METRIC_TEXTS } from '../../text/format.ts';
import { changesClocks, stretch } from '../../text/instant.ts';
import { ChartTools } from './chart-tools.tsx';
import type { Shown } from './device-url.ts';
import type { Look } from './look.ts';
import { type MetricModel, metricModels, resolutionText } from './metric-models.ts';
import { PointTable } from './point-table.tsx';
import { useSpan } from './use-span.ts';

interface MetricChartsProps {
  readonly deviceId: string;
  readonly whole: Span;
  readonly shown: Shown;
}

/** The metrics over time. Each zoom and move asks for just the points that the charts can show. */
export function MetricCharts({ deviceId, whole, shown }: MetricChartsProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [span, look] = useSpan(shown.span, whole);
  const answer = useAnswer(
    DeviceSeriesDocument,
    width === undefined
      ? null
      : {
          deviceId,
          from: new Date(shown.span.from).toISOString(),
          to: new Date(shown.span.to).toISOString(),
          maxPoints: pointsFor(width),
          timeZone: zone.value,
        },
    { about: [deviceId] },
  );
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    look((now) => act(now, whole));
  };
  useWheel(box, (factor, at) => look((now) => zoomed(now, factor, whole, at)));
  return (
    <section class="panel" aria-labelledby="metrics-heading">
      <div class="panel-head">
        <h2 id="metrics-heading">Over time</h2>
        <span class="muted small">{stretch(span.from, span.to, zone.value)}</span>
      </div>
      <ChartTools span={span} whole={whole} range={shown.range} look={look} />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form */}
      <div
        class="charts"
        ref={box}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys that zoom and move need a place that has them
        tabIndex={0}
        aria-label="Charts. Plus and minus zoom, left and right move, 0 shows all."
        onKeyDown={keys}
      >
        <Answered answer={answer} what="the series" lines={9}>
          {(data) => <Charts data={data} span={span} zoneName={zone.value} look={look} whole={whole} />}
        </Answered>
      </div>
    </section>
  );
}

const KEYS: Readonly<Record<string, (span: Span, whole: Span) => Span>> = {
  '+': (span, whole) => zoomed(span, 0.5, whole),
  '=': (span, whole) => zoomed(span, 0.5, whole),
  '-': (span, whole) => zoomed(span, 2, whole),
  ArrowLeft: (span, whole) => moved(span, -0.25, whole),
  ArrowRight: (span, whole) => moved(span, 0.25, whole),
  '0': (_span, whole) => fitted(whole, whole),
};

interface ChartsProps {
  readonly data: DeviceSeriesQuery;
  readonly span: Span;
  readonly zoneName: string;
  readonly whole: Span;
  readonly look: Look;
}

function Charts({ data, span, zoneName, whole, look }: ChartsProps) {
  const series = data.device?.series;
  const models = useMemo(() => (series === undefined ? [] : metricModels(series)), [series]);
  const areClocksChanged = useMemo(
    () => series !== undefined && changesClocks(zoneName, Date.parse(series.from), Date.parse(series.to)),
    [series, zoneName],
  );
  if (series === undefined) return null;
  return (
    <>
      {models.map((model) => (
        <MetricChart
          key={model.metric}
          model={model}
          span={span}
          zoneName={zoneName}
          areClocksChanged={areClocksChanged}
          onSelect={(from, to) => look(() => fitted({ from, to }, whole))}
          onDrag={(share) => look((now) => moved(now, share, whole))}
        />
      ))}
      <p class="muted small">{resolutionText(series.resolution, series.timestamps.length)}</p>
      <PointTable models={models} zoneName={zoneName} areClocksChanged={areClocksChanged} />
    </>
  );
}

interface MetricChartProps {
  readonly model: MetricModel;
  readonly span: Span;
  readonly zoneName: string;
  readonly areClocksChanged: boolean;
  onSelect(from: number, to: number): void;
  onDrag(share: number): void;
}

function MetricChart(props: MetricChartProps) {
  const { model, span, zoneName, areClocksChanged, onSelect, onDrag } = props;
  const { metric, timestamps, line, gaps, summary } = model;
  const { label, unit, digits } = METRIC_TEXTS[metric];
  const chart = useMemo(
    () => ({
      label: summary,
      timestamps,
      lines: [line],
      span,
      gaps,
      unit,
      digits,
      zone: zoneName,
      areClocksChanged,
      syncKey: 'device',
    }),
    [summary, timestamps, line, span, gaps, unit, digits, zoneName, areClocksChanged],
  );
  return (
    <figure class="metric">
      <figcaption>
        <span class={`swatch swatch-${metric}`} aria-hidden="true" /> {label}{' '}
        <span class="muted">({unit})</span>
      </figcaption>
      <LineChart model={chart} height={170} onSelect={onSelect} onDrag={onDrag} />
    </figure>
  );
}
