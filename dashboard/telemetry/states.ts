/** What a device is said to be, from its newest reading and the trend of its charge. Pure; the page's legend tells the rules. */

export type DeviceState = 'silent' | 'hot' | 'low' | 'charging';

/** The limits that the rules use, and the service is asked with. */
export const RULES = {
  /** Below so many %. */
  lowSoc: 20,
  /** At so many °C or above. */
  hotTemperature: 45,
  /** Its newest reading is so many hours older than that of the whole fleet. */
  silentHours: 2,
  /** Its charge rises by so many percentage points an hour. */
  chargingPerHour: 2,
} as const;

const HOUR_MS = 3_600_000;

export interface LatestValues {
  readonly timestamp: string;
  readonly soc: number | null;
  readonly temperature: number | null;
}

/** @param trend in percentage points an hour; null: not known */
export function statesOf(
  latest: LatestValues,
  fleetNewest: string | null,
  trend: number | null,
): DeviceState[] {
  const behindMs = fleetNewest === null ? 0 : Date.parse(fleetNewest) - Date.parse(latest.timestamp);
  const isSilent = behindMs >= RULES.silentHours * HOUR_MS;
  const states: DeviceState[] = [];
  if (isSilent) states.push('silent');
  if (latest.temperature !== null && latest.temperature >= RULES.hotTemperature) states.push('hot');
  if (latest.soc !== null && latest.soc < RULES.lowSoc) states.push('low');
  // Whoever is silent may have been unplugged long ago.
  if (!isSilent && trend !== null && trend >= RULES.chargingPerHour) states.push('charging');
  return states;
}

/**
 * How fast the charge rose up to the newest reading, in percentage points an hour: from the mean of the last hour that was
 * over an hour before it, or of the one before that.
 * @param hours starts of hours of the clock in ms, ascending, and their mean charge
 */
export function chargeTrend(
  latest: Pick<LatestValues, 'timestamp' | 'soc'>,
  hours: { readonly starts: readonly number[]; readonly means: readonly (number | null)[] },
): number | null {
  if (latest.soc === null) return null;
  const at = Date.parse(latest.timestamp);
  for (let index = hours.starts.length - 1; index >= 0; index--) {
    const start = hours.starts[index] ?? 0;
    const mean = hours.means[index];
    const elapsed = at - (start + HOUR_MS / 2);
    if (mean === null || mean === undefined || start + HOUR_MS > at) continue;
    // A trend from before a gap tells nothing of now.
    return elapsed > 2 * HOUR_MS ? null : ((latest.soc - mean) / elapsed) * HOUR_MS;
  }
  return null;
}

export const STATE_TEXTS: Readonly<Record<DeviceState, { readonly label: string; readonly rule: string }>> = {
  silent: {
    label: 'Silent',
    rule: `newest reading ${RULES.silentHours} h or more behind that of the fleet`,
  },
  hot: { label: 'Hot', rule: `latest temperature ${RULES.hotTemperature} °C or above` },
  low: { label: 'Low', rule: `latest state of charge below ${RULES.lowSoc} %` },
  charging: {
    label: 'Charging',
    rule: `state of charge rises by ${RULES.chargingPerHour} points or more an hour`,
  },
};
