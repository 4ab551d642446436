import type { Slots } from '../rollup/slots.ts';
import { millisOf } from './instants.ts';
import type { DeviceRange } from './series-question.ts';

export type AskedRange = Pick<DeviceRange, 'deviceId' | 'from' | 'to'>;

export interface WholeRange extends AskedRange {
  /** The pieces at its ends that lie in slots which are not whole in it; what begins and ends where slots do has none. */
  readonly edges: readonly AskedRange[];
}

/**
 * An end beyond the readings of the device cuts no slot: it moves to the next full hour (or day, where slots are days), so that
 * its slots count as whole.
 */
export function beyondReadings(
  { deviceId, from, to, summary }: DeviceRange,
  { ms }: Pick<Slots, 'ms'>,
): WholeRange {
  const full = (instant: number, offset: number) =>
    new Date((Math.floor(instant / ms) + offset) * ms).toISOString();
  const isFull = (instant: string) => millisOf(instant) % ms === 0;
  const [first, last] = [millisOf(summary.firstSeen), millisOf(summary.lastSeen)];
  const begin = millisOf(from) <= first ? full(first, 0) : from;
  const end = millisOf(to) > last ? full(last, 1) : to;
  const edges: AskedRange[] = [];
  const [afterBegin, beforeEnd] = [full(millisOf(begin), 1), full(millisOf(end), 0)];
  const isCutAtBegin = !isFull(begin);
  const isCutAtEnd = !isFull(end);
  if ((isCutAtBegin || isCutAtEnd) && afterBegin > beforeEnd) edges.push({ deviceId, from: begin, to: end });
  else {
    if (isCutAtBegin) edges.push({ deviceId, from: begin, to: afterBegin });
    if (isCutAtEnd) edges.push({ deviceId, from: beforeEnd, to: end });
  }
  return { deviceId, from: begin, to: end, edges };
}
