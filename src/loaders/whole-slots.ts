import { millisOf } from './instants.ts';
import type { DeviceRange } from './series-question.ts';

const HOUR_MS = 3_600_000;

export type AskedRange = Pick<DeviceRange, 'deviceId' | 'from' | 'to'>;

export interface WholeRange extends AskedRange {
  /** The pieces at its ends that lie in slots which are not whole in it; what begins and ends on hours has none. */
  readonly edges: readonly AskedRange[];
}

/** An end beyond the readings of the device cuts no slot: it moves to the hour, so that its slots count as whole. */
export function beyondReadings({ deviceId, from, to, summary }: DeviceRange): WholeRange {
  const [first, last] = [millisOf(summary.firstSeen), millisOf(summary.lastSeen)];
  const begin = millisOf(from) <= first ? hour(first, 0) : from;
  const end = millisOf(to) > last ? hour(last, 1) : to;
  const edges: AskedRange[] = [];
  const [beginHour, endHour] = [hour(millisOf(begin), 1), hour(millisOf(end), 0)];
  const isCutAtBegin = !isHour(begin);
  const isCutAtEnd = !isHour(end);
  if ((isCutAtBegin || isCutAtEnd) && beginHour > endHour) edges.push({ deviceId, from: begin, to: end });
  else {
    if (isCutAtBegin) edges.push({ deviceId, from: begin, to: beginHour });
    if (isCutAtEnd) edges.push({ deviceId, from: endHour, to: end });
  }
  return { deviceId, from: begin, to: end, edges };
}

const isHour = (instant: string) => millisOf(instant) % HOUR_MS === 0;

const hour = (ms: number, offset: number) =>
  new Date((Math.floor(ms / HOUR_MS) + offset) * HOUR_MS).toISOString();
