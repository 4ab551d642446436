import { useAnswer } from '../../data/use-answer.ts';
import { FleetTrendsDocument } from '../../generated/graphql.ts';
import type { Values } from '../../telemetry/gaps.ts';
import { chargeTrend, type LatestValues } from '../../telemetry/states.ts';

const DAY_MS = 86_400_000;

export interface Trends {
  /** The day up to the newest reading of the fleet, in ms. */
  readonly from: number;
  readonly to: number;
  hours(deviceId: string): { readonly starts: readonly number[]; readonly means: Values } | undefined;
  /** In percentage points an hour; null: not known. */
  charge(deviceId: string, latest: LatestValues): number | null;
}

/** The last day of these devices, in one question. @returns undefined until it is answered */
export function useTrends(deviceIds: readonly string[], fleetNewest: string | null): Trends | undefined {
  // Up to the end of the hour, so that the newest readings are in it; hours are the rollups' own.
  const to = fleetNewest === null ? 0 : (Math.floor(Date.parse(fleetNewest) / 3_600_000) + 1) * 3_600_000;
  const from = to - DAY_MS;
  const isAsked = fleetNewest !== null && deviceIds.length > 0;
  const { data } = useAnswer(
    FleetTrendsDocument,
    isAsked
      ? {
          deviceIds: [...deviceIds],
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
        }
      : null,
    deviceIds,
  );
  if (data === undefined) return undefined;
  const found = new Map(
    data.series.map(({ deviceId, timestamps, metrics }) => [
      deviceId,
      { starts: timestamps, means: metrics[0]?.values ?? [] },
    ]),
  );
  return {
    from,
    to,
    hours: (deviceId) => found.get(deviceId),
    charge: (deviceId, latest) => {
      const hours = found.get(deviceId);
      return hours === undefined ? null : chargeTrend(latest, hours);
    },
  };
}
