/**
 * A named query as plain data: what its file says, and the types that the engine finds for its columns.
 * `src/catalog/` makes these; GraphQL, REST, OpenAPI and examples are all made from them.
 */
export interface NamedQuery {
  /** The name of its file without `.sql`: `a-z`, `0-9` and `_`, beginning with a letter. */
  readonly name: string;
  readonly description: string;
  /** Under which OpenAPI lists it. */
  readonly tag: string;
  /**
   * How long an answer may be given again, in seconds; 0: never. Undefined: as long as the snapshot is the same, since
   * the answer depends on nothing else.
   */
  readonly cacheSeconds: number | undefined;
  /** Whether it has a GraphQL field of its own; those that typed fields stand on have none. */
  readonly field: boolean;
  /** It reads objects as they are, whosever rows they hold: only who may see every device may ask it. */
  readonly needsEveryDevice: boolean;
  /** The file's text, placeholders and `$names` included, without what follows the statement. */
  readonly sql: string;
  /** The text of `<name>.trino.sql`, which a cluster runs in its place; null: there is none. */
  readonly clusterSql: string | null;
  readonly parameters: readonly QueryParameter[];
  /** Null until the objects of a snapshot tell: it reads columns that readings need not have. */
  readonly columns: readonly QueryColumn[] | null;
}

export const PARAMETER_TYPES = [
  'String',
  'ID',
  'Int',
  'Float',
  'Boolean',
  'Date',
  'DateTime',
  'TimeZone',
] as const;

export type ParameterType = (typeof PARAMETER_TYPES)[number];

export type ParameterScalar = string | number | boolean;

/** Dates, instants (in UTC) and zones are text. */
export type ParameterValue = ParameterScalar | readonly ParameterScalar[];

export interface QueryParameter {
  /** As SQL and REST have it; `graphqlName` is the same in camel case. */
  readonly name: string;
  readonly graphqlName: string;
  readonly type: ParameterType;
  /** A list of values of the type, each of which keeps the bounds. */
  readonly list: boolean;
  readonly description: string;
  /** Neither a default nor `optional`. */
  readonly required: boolean;
  readonly default: ParameterValue | undefined;
  readonly min: ParameterScalar | undefined;
  readonly max: ParameterScalar | undefined;
  /** The only values that it takes; unset: all. */
  readonly values: readonly ParameterScalar[] | undefined;
  /** A value that shows what is meant. */
  readonly example: ParameterValue | undefined;
}

export interface QueryColumn {
  readonly name: string;
  readonly graphqlName: string;
  readonly description: string;
  /** As DuckDB's DESCRIBE writes it. */
  readonly duckdbType: string;
  readonly type: ValueType;
}

/** The scalars of rows. Every value may be null. */
export type ValueScalar =
  | 'Boolean'
  | 'Int'
  | 'SafeInt'
  | 'BigInt'
  | 'Float'
  | 'Decimal'
  | 'String'
  | 'ID'
  | 'Date'
  | 'DateTime'
  | 'JSON';

export type ValueType =
  | { readonly kind: 'scalar'; readonly scalar: ValueScalar }
  | { readonly kind: 'list'; readonly of: ValueType }
  | { readonly kind: 'object'; readonly fields: readonly ValueField[] }
  /** A list of entries with `key` and `value`. */
  | { readonly kind: 'map'; readonly key: ValueType; readonly value: ValueType };

interface ValueField {
  readonly name: string;
  readonly graphqlName: string;
  readonly type: ValueType;
}

/** A row by the names of its columns: text, numbers, `bigint` past 2^53, booleans, lists, objects and null. */
export type QueryRow = Readonly<Record<string, unknown>>;

/** What a query answers: the columns say how to read, or write in another format, each value of the rows. */
export interface QueryTable {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly QueryRow[];
  /** There are more rows than `rowLimit`, which are left out. */
  readonly truncated: boolean;
  readonly rowLimit: number;
}

/** By the names of the parameters. Undefined and null stand for the default, or for NULL where there is none. */
export type QueryArguments = Readonly<Record<string, ParameterValue | null | undefined>>;
