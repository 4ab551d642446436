import type { ObjectFieldBuilder } from '@pothos/core';
import type { SchemaTypes } from './builder.ts';
import type { Context, MetricStatistics } from './context.ts';

type Promised<T> = T | Promise<T>;

/**
 * `readingCount` and `avgVoltage` … `maxSoc`: the same on every type that sums readings up.
 * @param span what the readings are of, as the descriptions end: "of the day"
 * @param statistics of a parent, at hand or by a loader
 */
export function metricFields<Parent>(
  t: ObjectFieldBuilder<SchemaTypes, Parent>,
  span: string,
  statistics: (parent: Parent, context: Context) => Promised<MetricStatistics>,
) {
  const metric = (key: Exclude<keyof MetricStatistics, 'readingCount'>, what: string) =>
    t.float({
      nullable: true,
      description: `${what} ${span}; null when none of its readings has a finite value.`,
      resolve: (parent, _args, context) => pick(statistics(parent, context), key),
    });
  return {
    readingCount: t.field({
      type: 'SafeInt',
      description: `Number of readings ${span}.`,
      resolve: (parent, _args, context) => pick(statistics(parent, context), 'readingCount'),
    }),
    avgVoltage: metric('avgVoltage', 'Mean voltage in V'),
    minVoltage: metric('minVoltage', 'Lowest voltage in V'),
    maxVoltage: metric('maxVoltage', 'Highest voltage in V'),
    avgTemperature: metric('avgTemperature', 'Mean temperature in °C'),
    minTemperature: metric('minTemperature', 'Lowest temperature in °C'),
    maxTemperature: metric('maxTemperature', 'Highest temperature in °C'),
    avgSoc: metric('avgSoc', 'Mean state of charge in %'),
    minSoc: metric('minSoc', 'Lowest state of charge in %'),
    maxSoc: metric('maxSoc', 'Highest state of charge in %'),
  };
}

function pick<T, Key extends keyof T>(value: Promised<T>, key: Key): Promised<T[Key]> {
  return value instanceof Promise ? value.then((settled) => settled[key]) : value[key];
}
