import { LIMITS, type LimitName } from './limit-values.ts';
import type { ParameterScalar, ParameterValue, QueryParameter } from './query-types.ts';
import { shorten } from './refuse.ts';

/** What is wrong with a value of the right type, as "expected …, but got: …"; undefined when nothing is. */
export function boundsProblem(
  parameter: Pick<QueryParameter, 'min' | 'max' | 'values'>,
  value: ParameterValue,
): string | undefined {
  if (!Array.isArray(value)) return scalarProblem(parameter, value as ParameterScalar);
  const excess = listExcess(value);
  if (excess !== undefined) {
    return `expected at most ${excess.allowed} values (limit ${excess.limit}), but got: ${excess.asked}`;
  }
  for (const item of value as readonly ParameterScalar[]) {
    const problem = scalarProblem(parameter, item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What tells clients that a list is too long; undefined when it is not, or the value is no list. */
export function listExcess(
  value: unknown,
): { readonly limit: LimitName; readonly asked: number; readonly allowed: number } | undefined {
  const limit = 'queryListValues';
  const allowed = LIMITS[limit].value;
  return Array.isArray(value) && value.length > allowed ? { limit, asked: value.length, allowed } : undefined;
}

/** Dates and instants in UTC are ordered as their text is, as long as their fractions have equally many digits. */
function scalarProblem(
  { min, max, values }: Pick<QueryParameter, 'min' | 'max' | 'values'>,
  value: ParameterScalar,
): string | undefined {
  if (values !== undefined && !values.includes(value)) {
    return `expected one of ${values.join(', ')}, but got: ${shorten(value)}`;
  }
  if (min !== undefined && comparable(value) < comparable(min)) {
    return `expected at least ${min}, but got: ${shorten(value)}`;
  }
  if (max !== undefined && comparable(value) > comparable(max)) {
    return `expected at most ${max}, but got: ${shorten(value)}`;
  }
  return undefined;
}

/** `…:00.000Z` and `…:00.000001Z` compare as text once the sign of UTC is gone. */
function comparable(value: ParameterScalar): ParameterScalar {
  return typeof value === 'string' ? value.replace(/Z$/, '') : value;
}
