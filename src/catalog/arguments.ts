import { boundsProblem, listExcess } from '../../schema/query-bounds.ts';
import type {
  NamedQuery,
  ParameterScalar,
  ParameterValue,
  QueryParameter,
} from '../../schema/query-types.ts';
import { shorten } from '../../schema/refuse.ts';
import type { SqlValue } from '../engine/engine.ts';
import { ArgumentError } from '../errors.ts';
import { PARAMETER_RULES } from './parameter-value.ts';

/**
 * The values that a query binds, by the names of its parameters: checked, with defaults in the place of what is left
 * out or null.
 * @param path what stands before a parameter's name in an error
 * @throws ArgumentError for an unknown parameter, a missing one, a value of another type and one out of bounds
 */
export function boundArguments(
  query: NamedQuery,
  given: Readonly<Record<string, unknown>>,
  path = '',
): Record<string, SqlValue> {
  refuseUnknown(query, Object.keys(given), path);
  return Object.fromEntries(
    query.parameters.map((parameter) => {
      const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined;
      return [parameter.name, bound(parameter, value ?? undefined, path + parameter.name)];
    }),
  );
}

/** The same from the query of a URL, where a list is a parameter that is repeated. */
export function searchArguments(query: NamedQuery, search: URLSearchParams): Record<string, ParameterValue> {
  refuseUnknown(query, [...new Set(search.keys())], '');
  return Object.fromEntries(
    query.parameters.flatMap((parameter) => {
      const { name, list, type } = parameter;
      const texts = search.getAll(name);
      if (texts.length === 0) return [];
      if (!list && texts.length > 1) {
        throw new ArgumentError(name, `expected one value, but got ${texts.length}`);
      }
      const { fromText = (text: string) => text } = PARAMETER_RULES[type];
      const values = texts.map((text) => parsed(parameter, fromText(text), name));
      return [[name, list ? values : (values[0] ?? '')] as const];
    }),
  );
}

function refuseUnknown(query: NamedQuery, names: readonly string[], path: string): void {
  const known = query.parameters.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError(
    path + shorten(unknown),
    `expected ${known.join(', ') || 'no parameters'}, but got: ${shorten(unknown)}`,
  );
}

function bound(parameter: QueryParameter, given: unknown, path: string): SqlValue {
  const value = given === undefined ? parameter.default : checked(parameter, given, path);
  if (value === undefined) {
    if (!parameter.required) return null;
    throw new ArgumentError(path, `expected ${describeType(parameter)}, but got nothing`);
  }
  return typeof value === 'object' ? value.map(String) : value;
}

function checked(parameter: QueryParameter, given: unknown, path: string): ParameterValue {
  if (parameter.list !== Array.isArray(given)) {
    throw new ArgumentError(
      path,
      `expected ${describeType(parameter)}, but got: ${shorten(JSON.stringify(given))}`,
    );
  }
  const exceeded = listExcess(given);
  const value = Array.isArray(given)
    ? (exceeded ? [] : given).map((item) => parsed(parameter, item, path))
    : parsed(parameter, given, path);
  const problem = boundsProblem(parameter, exceeded ? (given as ParameterValue) : value);
  if (problem === undefined) return value;
  throw new ArgumentError(path, problem, { exceeded });
}

function parsed({ type }: QueryParameter, value: unknown, path: string): ParameterScalar {
  try {
    return PARAMETER_RULES[type].parse(value);
  } catch (error) {
    throw new ArgumentError(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function describeType({ type, list }: Pick<QueryParameter, 'type' | 'list'>): string {
  return list ? `a list of ${type}` : `a value of the type ${type}`;
}
