import { z } from 'zod';
import { camelKeys } from './camel-case.ts';

/** The rows of the built-in queries, checked one by one, under the names of the schema. */

const count = z.int().nonnegative();
const instant = z.iso.datetime();

/** A mean of huge values can overflow; what is not finite is missing, as in the readings themselves. */
export const measure = z
  .custom<number | null>((value) => value === null || typeof value === 'number', {
    error: 'expected a number or null',
  })
  .transform((value) => (Number.isFinite(value) ? value : null));

export const statistics = {
  reading_count: count,
  avg_voltage: measure,
  min_voltage: measure,
  max_voltage: measure,
  avg_temperature: measure,
  min_temperature: measure,
  max_temperature: measure,
  avg_soc: measure,
  min_soc: measure,
  max_soc: measure,
};

export const overviewRow = z
  .object({
    total_rows: count,
    device_count: count,
    first_timestamp: instant.nullable(),
    last_timestamp: instant.nullable(),
  })
  .transform(camelKeys);

export const deviceSummaryRow = z
  .object({ device_id: z.string(), first_seen: instant, last_seen: instant, ...statistics })
  .transform(camelKeys);

export const dailySummaryRow = z
  .object({ device_id: z.string(), date: z.string(), ...statistics })
  .transform(camelKeys);

export const latestReadingRow = z
  .object({ device_id: z.string(), timestamp: instant, voltage: measure, temperature: measure, soc: measure })
  .transform(camelKeys);
