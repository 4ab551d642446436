/** How the charge of devices went in the last day. Pure. */

import type { FleetTrendsQuery } from '../generated/graphql.ts';
import type { Values } from './gaps.ts';
import type { Span } from './resolution.ts';
import { chargeTrend, type LatestValues } from './states.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface TrendsQuestion extends Span {
  readonly deviceIds: readonly string[];
}

export interface Trends {
  /** The day up to the newest reading of the fleet, in ms. */
  readonly span: Span;
  hours(deviceId: string): { readonly starts: readonly number[]; readonly means: Values } | undefined;
  /** In percentage points an hour; null: not known. */
  charge(deviceId: string, latest: LatestValues): number | null;
}

/** The day up to the end of the hour, so that the newest readings are in it; hours are the rollups' own. */
export function lastDay(newest: string): Span {
  const to = (Math.floor(Date.parse(newest) / HOUR_MS) + 1) * HOUR_MS;
  return { from: to - DAY_MS, to };
}

/** @param series what was answered to it */
export function trendsOf({ from, to }: TrendsQuestion, series: FleetTrendsQuery['series']): Trends {
  const found = new Map(
    series.map(({ deviceId, timestamps, metrics }) => [
      deviceId,
      { starts: timestamps, means: metrics[0]?.values ?? [] },
    ]),
  );
  return {
    span: { from, to },
    hours: (deviceId) => found.get(deviceId),
    charge: (deviceId, latest) => {
      const hours = found.get(deviceId);
      return hours === undefined ? null : chargeTrend(latest, hours);
    },
  };
}

/** Whether what was answered of one question holds, until there is more, for another: of the same devices, an hour ago maybe. */
export function areOf(answered: TrendsQuestion | undefined, deviceIds: readonly string[]): boolean {
  return (
    answered !== undefined &&
    answered.deviceIds.length === deviceIds.length &&
    answered.deviceIds.every((id, index) => id === deviceIds[index])
  );
}

/** The later of two instants, of which either may not be known. */
export function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) < Date.parse(other) ? other : one;
}
