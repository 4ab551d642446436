import { METRICS } from '../dataset/reading-schema.ts';
import { MERGED_SUMS, STATISTIC_COLUMNS } from './layout.ts';

/** A relation that named queries read: as the store has it, and the same rows over `{{TELEMETRY}}`. */
export interface RelationSql {
  readonly stored: string;
  readonly scanned: string;
}

/** From merged rows. The counts let means be put together further: of a group of devices, of a week. */
const shown = (lastSeen: string) => `first_at AS first_seen, ${lastSeen} AS last_seen,
  ${STATISTIC_COLUMNS},
  ${METRICS.map((metric) => `${metric}_count AS count_${metric}`).join(', ')}`;

/** The same columns from readings. `exact_avg` makes its means of the sums that the store holds. */
const MEASURED = [
  'min("timestamp") AS first_seen',
  'max("timestamp") AS last_seen',
  'count(*) AS reading_count',
  ...METRICS.flatMap((metric) => [
    `exact_avg(${metric}) AS avg_${metric}`,
    `min(${metric}) AS min_${metric}`,
    `max(${metric}) AS max_${metric}`,
  ]),
  ...METRICS.map((metric) => `count(${metric}) AS count_${metric}`),
].join(', ');

const LATEST_AT = 'latest."at"';

/**
 * The relations by the names of their placeholders. Tables are named with their schema, since a query may have a WITH of
 * the name `devices`.
 */
export const RELATIONS = {
  DEVICES: {
    stored: `(SELECT device_id, ${shown(LATEST_AT)} FROM main.devices)`,
    scanned: `(SELECT device_id, ${MEASURED} FROM {{TELEMETRY}} GROUP BY device_id)`,
  },
  DEVICE_DAYS: {
    stored: `(SELECT device_id, day AS date, ${shown(LATEST_AT)} FROM main.device_days)`,
    scanned: `(SELECT device_id, CAST("timestamp" AS DATE) AS date, ${MEASURED} FROM {{TELEMETRY}} GROUP BY ALL)`,
  },
  // No slot reaches over the end of an hour.
  DEVICE_HOURS: {
    stored: `(SELECT device_id, hour, ${shown('last_at')} FROM (
      SELECT device_id, date_trunc('hour', slot) AS hour, ${MERGED_SUMS},
        min(first_at) AS first_at, max(${LATEST_AT}) AS last_at
      FROM main.partials
      WHERE object_id IN (SELECT object_id FROM main.objects WHERE live)
      GROUP BY ALL
    ) AS hours)`,
    scanned: `(SELECT device_id, date_trunc('hour', "timestamp") AS hour, ${MEASURED} FROM {{TELEMETRY}} GROUP BY ALL)`,
  },
} as const satisfies Record<string, RelationSql>;
