import type uPlot from 'uplot';
import type { Span } from '../telemetry/resolution.ts';
import { day, distinctInstant, tick } from '../text/instant.ts';
import { type ChartColours, chartColours } from './chart-colours.ts';
import type { ChartModel } from './chart-model.ts';
import { lonePoints } from './lone-points.ts';

interface ChartParts {
  readonly UPlot: typeof uPlot;
  readonly width: number;
  readonly height: number;
  model(): ChartModel;
  readout(text: string): void;
  select(from: number, to: number): void;
  drag(share: number): void;
}

/** In the order of the series that `chartOptions` makes: time, then of each line its values, and its range if it has one. */
export function alignedData({ timestamps, lines }: ChartModel): uPlot.AlignedData {
  const columns = lines.flatMap(({ values, min, max }) =>
    min === undefined || max === undefined ? [values] : [values, min, max],
  );
  return [timestamps.map((at) => at / 1000), ...columns] as unknown as uPlot.AlignedData;
}

export function chartOptions({
  UPlot,
  width,
  height,
  model,
  readout,
  select,
  drag,
}: ChartParts): uPlot.Options {
  const colours = chartColours();
  const { zone, unit, lines, syncKey } = model();
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const { label, colour, min } of lines) {
    series.push({
      label,
      stroke: colours.line(colour),
      width: 1.5,
      spanGaps: false,
      // A value between two gaps has no line, and shows as a point.
      points: { size: 4, filter: (plot, index) => lonePoints(plot.data[index] ?? []) },
    });
    if (min === undefined) continue;
    const at = series.length;
    for (const end of ['lowest', 'highest'])
      series.push({ label: `${label}, ${end}`, width: 0, points: { show: false } });
    bands.push({ series: [at + 1, at], fill: colours.band(colour) });
  }
  return {
    width,
    height,
    series,
    bands,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), zone),
    legend: { show: false },
    scales: {
      x: {
        time: true,
        range: (_plot, least, most) => {
          const { span } = model();
          return span === undefined ? [least, most] : [span.from / 1000, span.to / 1000];
        },
      },
    },
    axes: [timeAxis(colours, zone), valueAxis(colours, unit)],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      ...(syncKey === undefined ? {} : { sync: { key: syncKey, setSeries: false } }),
      bind: { mousedown: (plot, _target, handler) => pressed(plot, handler, drag) },
    },
    hooks: {
      drawClear: [(plot) => drawGaps(plot, model().gaps, colours)],
      setCursor: [(plot) => readout(readoutOf(plot, model()))],
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 4) return;
          const [from, to] = [plot.posToVal(left, 'x') * 1000, plot.posToVal(left + wide, 'x') * 1000];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          select(from, to);
        },
      ],
    },
  };
}

function timeAxis(colours: ChartColours, zone: string): uPlot.Axis {
  return {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1, size: 6 },
    space: 84,
    size: 34,
    font: '12px system-ui, sans-serif',
    values: (_plot, splits, _axis, _space, step) => splits.map((at) => tick(at * 1000, step, zone)),
  };
}

function valueAxis(colours: ChartColours, unit: string): uPlot.Axis {
  return {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
    size: 62,
    space: 26,
    font: '12px system-ui, sans-serif',
    values: (_plot, splits) =>
      splits.map((value) => `${Number(value.toFixed(3))}${unit === '' ? '' : ` ${unit}`}`),
  };
}

/** Where nothing was measured the ground is darker. */
function drawGaps(plot: uPlot, gaps: readonly Span[], { gap }: ChartColours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = gap;
  for (const { from, to } of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(from / 1000, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to / 1000, 'x', true));
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

function readoutOf(plot: uPlot, model: ChartModel): string {
  const { timestamps, lines, zone, areClocksChanged = false, isDaily, unit, digits } = model;
  const index = plot.cursor.idx;
  const at = index === null || index === undefined ? undefined : timestamps[index];
  if (index === null || index === undefined || at === undefined || (plot.cursor.left ?? -1) < 0) return '';
  const written = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : value.toFixed(digits);
  const values = lines.map(({ label, values, min, max }) => {
    const range = min === undefined ? '' : ` (${written(min[index])} to ${written(max?.[index])})`;
    return `${lines.length > 1 ? `${label} ` : ''}${written(values[index])}${unit === '' ? '' : ` ${unit}`}${range}`;
  });
  const time =
    isDaily === true
      ? day(new Date(at).toISOString().slice(0, 10))
      : distinctInstant(at, zone, areClocksChanged);
  return `${time}   ${values.join('   ')}`;
}

/** With Shift the chart is moved; else uPlot selects. */
function pressed(
  plot: uPlot,
  handler: uPlot.Cursor.MouseListener,
  drag: ChartParts['drag'],
): uPlot.Cursor.MouseListener {
  return (event) => {
    if (!event.shiftKey) return handler(event);
    let last = event.clientX;
    const move = ({ clientX }: MouseEvent) => {
      drag((last - clientX) / plot.over.clientWidth);
      last = clientX;
    };
    document.addEventListener('mousemove', move);
    document.addEventListener('mouseup', () => document.removeEventListener('mousemove', move), {
      once: true,
    });
    return null;
  };
}
