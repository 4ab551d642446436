import {
  type Bounds,
  type DeviceFilter,
  METRIC_STATISTICS,
  METRICS,
  type Telemetry,
} from '../../schema/context.ts';
import { durationMs } from '../../schema/duration.ts';
import type { SqlValue } from '../engine/engine.ts';
import { ArgumentError } from '../errors.ts';
import { snakeCase } from './camel-case.ts';

/** SQL for what a device must meet, over the columns of its summary and of its latest reading (`latest_soc`, …). */
export interface DeviceConditions {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlValue>>;
}

const SIGNS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
type Bound = keyof typeof SIGNS;

/** Conditions that are always in the statement; unset ones are NULL. */
const COMMON = [
  '($search IS NULL OR contains(lower(device_id), lower($search)))',
  "($seen_since IS NULL OR timezone('UTC', last_seen) >= CAST($seen_since AS TIMESTAMPTZ))",
  "($seen_before IS NULL OR timezone('UTC', last_seen) < CAST($seen_before AS TIMESTAMPTZ))",
];

/**
 * `$device_ids` is among the parameters, and left to the source of the summaries. Columns and signs are our own constants;
 * everything else is bound. NULL keeps no bound, as comparisons in SQL have it.
 * @param newestReading what `asOf` is when it is unset
 * @throws ArgumentError for bounds that no value can keep, and for `asOf` alone
 */
export async function deviceConditions(
  filter: DeviceFilter,
  newestReading: Telemetry['newestReading'],
): Promise<DeviceConditions> {
  const params: Record<string, SqlValue> = {
    device_ids: filter.ids,
    search: filter.search,
    seen_since: filter.seenSince,
    seen_before: filter.seenBefore,
  };
  const conditions = [...COMMON];
  const compare = (
    path: string,
    left: string,
    type: 'DOUBLE' | 'TIMESTAMPTZ',
    bounds: Bounds<string | number>,
  ) => {
    checkBounds(path, bounds);
    for (const [bound, sign] of Object.entries(SIGNS)) {
      const value = bounds[bound as Bound];
      if (value == null) continue;
      const name = `${snakeCase(path.replaceAll('.', '_'))}_${bound}`;
      params[name] = value;
      conditions.push(`${left} ${sign} CAST($${name} AS ${type})`);
    }
  };

  for (const statistic of METRIC_STATISTICS) {
    compare(`filter.${statistic}`, snakeCase(statistic), 'DOUBLE', filter[statistic] ?? {});
  }
  for (const metric of METRICS) {
    compare(`filter.latest.${metric}`, `latest_${metric}`, 'DOUBLE', filter.latest?.[metric] ?? {});
  }
  compare('filter.firstSeen', "timezone('UTC', first_seen)", 'TIMESTAMPTZ', filter.firstSeen ?? {});

  const { silentFor, asOf } = filter;
  if (silentFor != null) {
    params['as_of'] = asOf ?? (await newestReading());
    params['silent_ms'] = durationMs(silentFor);
    conditions.push(
      "timezone('UTC', last_seen) <= CAST($as_of AS TIMESTAMPTZ) - to_milliseconds(CAST($silent_ms AS DOUBLE))",
    );
  } else if (asOf != null) {
    throw new ArgumentError('filter.asOf', 'expected `silentFor` beside it, but got `asOf` alone');
  }
  return { sql: conditions.join('\n    AND '), params };
}

/** @returns whether a filter asks for the values of the latest reading */
export function asksForLatest({ latest }: DeviceFilter): boolean {
  return METRICS.some((metric) => Object.values(latest?.[metric] ?? {}).some((bound) => bound != null));
}

/** An interval that is empty is a mistake: it would quietly answer nothing. */
function checkBounds(path: string, { lt, lte, gt, gte }: Bounds<string | number>): void {
  for (const [lower, least] of Object.entries({ gt, gte })) {
    for (const [upper, most] of Object.entries({ lt, lte })) {
      if (least == null || most == null || precedes(least, most)) continue;
      if (least === most && lower === 'gte' && upper === 'lte') continue;
      throw new ArgumentError(
        `${path}.${upper}`,
        `expected more than \`${lower}\` (${least}), but got: ${most}`,
      );
    }
  }
}

/** Instants come in UTC, with as many digits as they were given. */
function precedes<T extends string | number>(a: T, b: T): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return a < b;
  return a.replace(/0*Z$/, '') < b.replace(/0*Z$/, '');
}
