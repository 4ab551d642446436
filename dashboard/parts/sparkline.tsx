import type { Values } from '../telemetry/gaps.ts';

const WIDTH = 120;
const HEIGHT = 28;
const EDGE = 2;

interface SparklineProps {
  readonly starts: readonly number[];
  readonly values: Values;
  readonly from: number;
  readonly to: number;
}

/** A day of charge, 0 to 100 %, with its gaps. For the eye: the column beside it has the figures. */
export function Sparkline({ starts, values, from, to }: SparklineProps) {
  const x = (at: number) => EDGE + ((at - from) / Math.max(1, to - from)) * (WIDTH - 2 * EDGE);
  const y = (value: number) =>
    HEIGHT - EDGE - (Math.min(100, Math.max(0, value)) / 100) * (HEIGHT - 2 * EDGE);
  const strokes = strokesOf(starts, values);
  if (strokes.length === 0) return <span class="muted small">no readings</span>;
  const line = strokes
    .map((points) =>
      points
        .map(([at, value], index) => `${index === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
        .join(''),
    )
    .join('');
  const area = strokes
    .filter((points) => points.length > 1)
    .map((points) => {
      const [first, last] = [points[0]?.[0] ?? from, points.at(-1)?.[0] ?? to];
      const top = points.map(([at, value]) => `L${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('');
      return `M${x(first).toFixed(1)} ${HEIGHT}${top}L${x(last).toFixed(1)} ${HEIGHT}Z`;
    })
    .join('');
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      <path class="sparkline-area" d={area} />
      <path class="sparkline-line" d={line} />
    </svg>
  );
}

/** Stretches without a gap; each point stands in the middle of its hour. */
function strokesOf(starts: readonly number[], values: Values): [number, number][][] {
  const strokes: [number, number][][] = [];
  let isOpen = false;
  starts.forEach((start, index) => {
    const value = values[index];
    if (value === null || value === undefined) {
      isOpen = false;
      return;
    }
    if (!isOpen) strokes.push([]);
    isOpen = true;
    strokes.at(-1)?.push([start + 1_800_000, value]);
  });
  return strokes;
}
