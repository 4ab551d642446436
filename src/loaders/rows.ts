import { z } from 'zod';
import { camelKeys } from './camel-case.ts';

/** The rows of the built-in queries, checked one by one, under the names of the schema. */

const count = z.int().nonnegative();
const instant = z.iso.datetime();

const nonFinite = z.custom<number>((value) => typeof value === 'number').transform(() => null);

/** A mean of huge values can overflow; what is not finite is missing, as in the readings themselves. */
export const measure = z.union([z.number(), z.null(), nonFinite], { error: 'expected a number or null' });

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

export const overviewRow = camelRow({
  total_rows: count,
  device_count: count,
  first_timestamp: instant.nullable(),
  last_timestamp: instant.nullable(),
});

export const deviceSummaryRow = camelRow({
  device_id: z.string(),
  first_seen: instant,
  last_seen: instant,
  ...statistics,
});

export const dailySummaryRow = camelRow({ device_id: z.string(), date: z.string(), ...statistics });

export const latestReadingRow = camelRow({
  device_id: z.string(),
  timestamp: instant,
  voltage: measure,
  temperature: measure,
  soc: measure,
});

/** A row with these columns, read under their names in the schema. */
export function camelRow<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).transform(camelKeys<z.output<z.ZodObject<Shape>>>(Object.keys(shape)));
}
