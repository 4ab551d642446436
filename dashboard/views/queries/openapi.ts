/** The named queries, as the service's own OpenAPI document tells them: they come and go with their files. Pure. */

export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly kind: 'text' | 'whole' | 'number' | 'flag' | 'date' | 'instant' | 'zone' | 'choice';
  /** Several may be given. */
  readonly isList: boolean;
  readonly choices: readonly string[];
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** What counts when nothing is given. */
  readonly standard: string;
}

export interface NamedQuery {
  readonly name: string;
  readonly summary: string;
  readonly tag: string;
  readonly parameters: readonly QueryParameter[];
}

interface SchemaObject {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly items?: SchemaObject;
}

/** What of the document is looked at. */
export interface OpenApiDocument {
  readonly paths?: Readonly<
    Record<
      string,
      {
        readonly get?: {
          readonly summary?: string;
          readonly tags?: readonly string[];
          readonly parameters?: readonly {
            readonly name: string;
            readonly description?: string;
            readonly required?: boolean;
            readonly schema?: SchemaObject;
          }[];
        };
      }
    >
  >;
}

const PATH = /^\/queries\/([^/.{}]+)$/;

export function namedQueries({ paths = {} }: OpenApiDocument): NamedQuery[] {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const name = PATH.exec(path)?.[1];
    if (name === undefined || get === undefined) return [];
    return [
      {
        name,
        summary: get.summary ?? name,
        tag: get.tags?.[0] ?? '',
        parameters: (get.parameters ?? []).map(
          ({ name, description = '', required = false, schema = {} }) => {
            const item = schema.items ?? schema;
            return {
              name,
              description,
              required,
              kind: kindOf(item),
              isList: schema.items !== undefined,
              choices: item.enum ?? [],
              min: item.minimum,
              max: item.maximum,
              standard: textOf(schema.default),
            };
          },
        ),
      },
    ];
  });
}

function kindOf({ type, format, enum: choices, description }: SchemaObject): QueryParameter['kind'] {
  if (choices !== undefined) return 'choice';
  if (type === 'integer') return 'whole';
  if (type === 'number') return 'number';
  if (type === 'boolean') return 'flag';
  if (format === 'date') return 'date';
  if (format === 'date-time') return 'instant';
  return description?.includes('time zone') === true ? 'zone' : 'text';
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** What is said beside the name of a field: those of browsers show a time of day without a zone, and `queryPath` sends it as UTC. */
export function fieldNote({ kind, required }: Pick<QueryParameter, 'kind' | 'required'>): string {
  return [...(kind === 'instant' ? ['UTC'] : []), ...(required ? ['required'] : [])].join(', ');
}

/** Where the values of a form stand in the address of the page. */
const PREFIX = 'p.';

export function givenValues({ parameters }: NamedQuery, search: URLSearchParams): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name }) => [name, search.get(PREFIX + name) ?? '']));
}

export function writeValues(search: URLSearchParams, values: Readonly<Record<string, string>>): void {
  for (const name of [...search.keys()]) if (name.startsWith(PREFIX)) search.delete(name);
  for (const [name, value] of Object.entries(values))
    if (value.trim() !== '') search.set(PREFIX + name, value.trim());
}

/** The path that answers: what is left empty is not said. @param format unset: JSON */
export function queryPath(
  query: NamedQuery,
  values: Readonly<Record<string, string>>,
  format?: string,
): string {
  const search = new URLSearchParams();
  for (const { name, isList, kind } of query.parameters) {
    const value = values[name]?.trim() ?? '';
    if (value === '') continue;
    for (const one of isList ? value.split(',').map((part) => part.trim()) : [value]) {
      if (one !== '') search.append(name, kind === 'instant' ? instantOf(one) : one);
    }
  }
  return `/queries/${query.name}${format === undefined ? '' : `.${format}`}${search.size === 0 ? '' : `?${search}`}`;
}

/** Fields of browsers tell a time without seconds and zone; these are in UTC, as all of the API. */
function instantOf(text: string): string {
  return /T\d\d:\d\d$/.test(text) ? `${text}:00Z` : /T[\d:.]+$/.test(text) ? `${text}Z` : text;
}
