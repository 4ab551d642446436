import type { ObjectFieldBuilder } from '@pothos/core';
import type { SchemaTypes } from './builder.ts';
import type { Context, MetricStatistics } from './context.ts';

type Promised<T> = T | Promise<T>;
type Metric = Exclude<keyof MetricStatistics, 'readingCount'>;

const METRICS = {
  avgVoltage: 'Mean voltage in V',
  minVoltage: 'Lowest voltage in V',
  maxVoltage: 'Highest voltage in V',
  avgTemperature: 'Mean temperature in °C',
  minTemperature: 'Lowest temperature in °C',
  maxTemperature: 'Highest temperature in °C',
  avgSoc: 'Mean state of charge in %',
  minSoc: 'Lowest state of charge in %',
  maxSoc: 'Highest state of charge in %',
} as const satisfies Record<Metric, string>;

const countText = (span: string) => `Number of readings ${span}.`;
const metricText = (what: string, span: string) =>
  `${what} ${span}; null when none of its readings has a finite value.`;

/**
 * `readingCount` and `avgVoltage` … `maxSoc` of a parent that holds them.
 * @param span what the readings are of, as the descriptions end: "of the day"
 */
export function metricFields(t: ObjectFieldBuilder<SchemaTypes, MetricStatistics>, span: string) {
  return {
    readingCount: t.expose('readingCount', { type: 'SafeInt', description: countText(span) }),
    ...mapMetrics((metric, what) =>
      t.exposeFloat(metric, { nullable: true, description: metricText(what, span) }),
    ),
  };
}

/** The same of a parent whose statistics may have to be loaded first. */
export function loadedMetricFields<Parent>(
  t: ObjectFieldBuilder<SchemaTypes, Parent>,
  span: string,
  statistics: (parent: Parent, context: Context) => Promised<MetricStatistics>,
) {
  return {
    readingCount: t.field({
      type: 'SafeInt',
      description: countText(span),
      resolve: (parent, _args, context) => pick(statistics(parent, context), 'readingCount'),
    }),
    ...mapMetrics((metric, what) =>
      t.float({
        nullable: true,
        description: metricText(what, span),
        resolve: (parent, _args, context) => pick(statistics(parent, context), metric),
      }),
    ),
  };
}

/** A property of what may still be on its way. What is at hand needs no promise: the executor waits for each. */
export function pick<T, Key extends keyof T>(value: Promised<T>, key: Key): Promised<T[Key]> {
  return value instanceof Promise ? value.then((settled) => settled[key]) : value[key];
}

function mapMetrics<Field>(make: (metric: Metric, what: string) => Field): Record<Metric, Field> {
  const fields = Object.entries(METRICS).map(([metric, what]) => [metric, make(metric as Metric, what)]);
  return Object.fromEntries(fields) as Record<Metric, Field>;
}
