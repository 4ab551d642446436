import { writeTexts } from '../../navigation/list-address.ts';
import { fitted, isWhole, type Span } from '../../telemetry/resolution.ts';
import { METRICS, type MetricName } from '../../text/format.ts';

/** Which stretch of time a device's address shows, and which metric of its days. Pure. */

const DAY_MS = 86_400_000;

export const RANGES = {
  '24h': { label: '24 hours', ms: DAY_MS },
  '7d': { label: '7 days', ms: 7 * DAY_MS },
  '30d': { label: '30 days', ms: 30 * DAY_MS },
  all: { label: 'All', ms: Number.POSITIVE_INFINITY },
} as const;

export type RangeName = keyof typeof RANGES;
const USUAL: RangeName = '7d';

export interface Shown {
  readonly span: Span;
  /** Null: a stretch of its own, as by a zoom. */
  readonly range: RangeName | null;
}

/** From a device's first reading to just after its last one, on whole seconds. */
export function wholeOf(firstSeen: string, lastSeen: string): Span {
  const second = (at: number) => Math.floor(at / 1000) * 1000;
  return { from: second(Date.parse(firstSeen)), to: second(Date.parse(lastSeen)) + 1000 };
}

/** @param whole see `wholeOf` */
export function shownOf(search: URLSearchParams, whole: Span): Shown {
  const [from, to] = [instantOf(search.get('from')), instantOf(search.get('to'))];
  if (from !== undefined && to !== undefined && from < to)
    return { span: fitted({ from, to }, whole), range: null };
  const named = search.get('range') ?? '';
  const range = Object.hasOwn(RANGES, named) ? (named as RangeName) : USUAL;
  const start = Math.max(whole.from, whole.to - RANGES[range].ms);
  return { span: fitted({ from: start, to: whole.to }, whole), range };
}

export function chooseRange(search: URLSearchParams, range: RangeName): void {
  search.delete('from');
  search.delete('to');
  if (range === USUAL) search.delete('range');
  else search.set('range', range);
}

export function chooseSpan(search: URLSearchParams, span: Span, whole: Span): void {
  if (isWhole(span, whole)) {
    chooseRange(search, 'all');
    return;
  }
  search.delete('range');
  search.set('from', new Date(span.from).toISOString().replace('.000Z', 'Z'));
  search.set('to', new Date(span.to).toISOString().replace('.000Z', 'Z'));
}

const USUAL_METRIC: MetricName = 'soc';

/** Which metric the chart of the days is of. */
export function metricOf(search: URLSearchParams): MetricName {
  return METRICS.find((known) => known === search.get('metric')) ?? USUAL_METRIC;
}

export function chooseMetric(search: URLSearchParams, metric: MetricName): void {
  writeTexts(search, { metric: metric === USUAL_METRIC ? null : metric });
}

/** The path of an export of the readings of a stretch. */
export function readingsPath(format: string, deviceId: string, { from, to }: Span): string {
  const search = new URLSearchParams({
    device_id: deviceId,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  });
  return `/readings.${format}?${search}`;
}

function instantOf(text: string | null): number | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : at;
}
