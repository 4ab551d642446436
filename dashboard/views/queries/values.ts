import type { NamedQueriesQuery } from '../../generated/graphql.ts';

/** The values of a query's form: what its fields are, where the address has them, and how they are asked with. Pure. */

export type NamedQuery = NamedQueriesQuery['namedQueries'][number];
export type Parameter = NamedQuery['parameters'][number];
type ParameterType = Parameter['type'];

/** As the fields of the form have them; empty: not given. */
export type Values = Readonly<Record<string, string>>;

/** What is said beside the name of a field: those of browsers show a time of day without a zone, and it is sent as UTC. */
export function fieldNote({ type, isRequired }: Pick<Parameter, 'type' | 'isRequired'>): string {
  return [...(type === 'DATE_TIME' ? ['UTC'] : []), ...(isRequired ? ['required'] : [])].join(', ');
}

/** A value of JSON as a field has it. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** Where the values of a form stand in the address of the page. */
const PREFIX = 'p.';

export function givenValues({ parameters }: NamedQuery, search: URLSearchParams): Values {
  return Object.fromEntries(parameters.map(({ name }) => [name, search.get(PREFIX + name) ?? '']));
}

export function writeValues(search: URLSearchParams, values: Values): void {
  for (const name of [...search.keys()]) if (name.startsWith(PREFIX)) search.delete(name);
  for (const [name, value] of Object.entries(values))
    if (value.trim() !== '') search.set(PREFIX + name, value.trim());
}

/** What is left empty is not said. */
export function argumentsOf({ parameters }: NamedQuery, values: Values): Record<string, unknown> {
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const given = textsOf(parameter, values).map((text) => argumentOf(parameter.type, text));
      return given.length === 0 ? [] : [[parameter.name, parameter.isList ? given : given[0]]];
    }),
  );
}

/** The path of REST that gives all rows as a file: of the same values, as it writes them. */
export function filePath({ name, parameters }: NamedQuery, values: Values, format: string): string {
  const search = new URLSearchParams(
    parameters.flatMap((parameter) =>
      textsOf(parameter, values).map((text) => [parameter.name, String(argumentOf(parameter.type, text))]),
    ),
  );
  return `/queries/${name}.${format}${search.size === 0 ? '' : `?${search}`}`;
}

function textsOf({ name, isList, type }: Parameter, values: Values): string[] {
  const text = values[name] ?? '';
  const texts = (isList ? text.split(',') : [text]).map((part) => part.trim()).filter((part) => part !== '');
  return type === 'DATE_TIME' ? texts.map(instantOf) : texts;
}

/** What is no value of the type is sent as it was typed: the service says what it expected. */
function argumentOf(type: ParameterType, text: string): string | number | boolean {
  switch (type) {
    case 'INT':
    case 'FLOAT':
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case 'BOOLEAN':
      return text === 'true' || (text === 'false' ? false : text);
    default:
      return text;
  }
}

/** Fields of browsers tell a time without seconds and zone; these are in UTC, as all of the API. */
function instantOf(text: string): string {
  return /T\d\d:\d\d$/.test(text) ? `${text}:00Z` : /T[\d:.]+$/.test(text) ? `${text}Z` : text;
}
