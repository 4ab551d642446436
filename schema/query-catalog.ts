import { builder } from './builder.ts';
import { enumName } from './enum-name.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';
import { ARGUMENTS, argumentDescription, fromJsonArguments } from './query-arguments.ts';
import { graphqlName } from './query-names.ts';
import {
  type NamedQuery,
  PARAMETER_TYPES,
  type QueryColumn,
  type QueryParameter,
  type QueryTable,
} from './query-types.ts';
import { refuse, shorten } from './refuse.ts';

/** How many parameters or columns a query is taken to have. */
const ASSUMED_PARTS = 10;

const ParameterTypeEnum = builder.enumType('NamedQueryParameterType', {
  description:
    'Of which type the values of a parameter are: the scalar of this schema that each value names.',
  values: Object.fromEntries(
    PARAMETER_TYPES.map((type) => [enumName(type), { value: type, description: `\`${type}\`.` }]),
  ),
});

const ParameterType = builder.objectRef<QueryParameter>('NamedQueryParameter').implement({
  description: 'A parameter of a named query.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As SQL, REST and `arguments` have it.' }),
    type: t.expose('type', { type: ParameterTypeEnum, description: 'Of which type its values are.' }),
    isList: t.boolean({
      description: 'It takes a list of values, each of which keeps the bounds.',
      resolve: ({ list }) => list,
    }),
    isRequired: t.boolean({
      description: 'It must be given: it has no default, and is not optional.',
      resolve: ({ required }) => required,
    }),
    description: t.string({ description: 'What it means, and its bounds.', resolve: argumentDescription }),
    default: t.expose('default', {
      type: 'JSON',
      nullable: true,
      description: 'What counts where nothing is given; null: NULL does.',
    }),
    min: t.expose('min', {
      type: 'JSON',
      nullable: true,
      description: 'The least value; null: there is none.',
    }),
    max: t.expose('max', {
      type: 'JSON',
      nullable: true,
      description: 'The greatest value; null: there is none.',
    }),
    values: t.field({
      type: ['JSON'],
      nullable: true,
      description: 'The only values that it takes; null: all of its type.',
      extensions: sized({ items: { assumed: ASSUMED_PARTS } }),
      resolve: ({ values }) => values,
    }),
    example: t.expose('example', {
      type: 'JSON',
      nullable: true,
      description: 'A value that shows what is meant; null: there is none.',
    }),
  }),
});

const ColumnType = builder.objectRef<QueryColumn>('NamedQueryColumn').implement({
  description: 'A column of the rows of a named query.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As SQL, REST and `rows` have it.' }),
    type: t.exposeString('duckdbType', { description: 'Its type as DuckDB writes it, such as `DOUBLE`.' }),
    description: t.exposeString('description', { description: 'What it tells.' }),
  }),
});

const NamedQueryType = builder.objectRef<NamedQuery>('NamedQuery').implement({
  description: 'A named query: a SQL file of the service.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of its file without `.sql`.' }),
    description: t.exposeString('description', { description: 'What it answers.' }),
    tag: t.exposeString('tag', { description: 'Under which `/docs` lists it.' }),
    field: t.string({
      nullable: true,
      description:
        'Its typed field of `Query`; null when it has none, or not yet as the objects have not told its columns.',
      resolve: ({ name, field, columns }) => (field && columns !== null ? graphqlName(name) : null),
    }),
    needsEveryDevice: t.exposeBoolean('needsEveryDevice', {
      description: 'It reads whole objects, so only who may see every device may ask it.',
    }),
    cacheSeconds: t.exposeInt('cacheSeconds', {
      nullable: true,
      description:
        'How long an answer may be given again, in seconds; null: as long as the snapshot is the same.',
    }),
    parameters: t.field({
      type: [ParameterType],
      description: 'What it is asked with, in the order of its file.',
      extensions: sized({ items: { assumed: ASSUMED_PARTS } }),
      resolve: ({ parameters }) => parameters,
    }),
    columns: t.field({
      type: [ColumnType],
      nullable: true,
      description: 'What its rows hold; null until the objects of a snapshot tell.',
      extensions: sized({ items: { assumed: ASSUMED_PARTS } }),
      resolve: ({ columns }) => columns,
    }),
  }),
});

const TableType = builder.objectRef<QueryTable>('NamedQueryTable').implement({
  description: 'What a named query answers, as a table.',
  fields: (t) => ({
    columns: t.field({
      type: [ColumnType],
      description: 'What the rows hold, in the order of the SELECT.',
      extensions: sized({ items: { assumed: ASSUMED_PARTS } }),
      resolve: ({ columns }) => columns,
    }),
    rows: t.field({
      type: ['JSON'],
      description:
        'Its rows, in the order of its ORDER BY: objects by the names of the columns, with the values that REST gives.',
      extensions: sized({ items: { assumed: ASSUMED_ITEMS, each: ASSUMED_PARTS } }),
      resolve: ({ rows }) => rows,
    }),
    truncated: t.exposeBoolean('truncated', {
      description: 'There are more rows than `rowLimit`; these are left out.',
    }),
    rowLimit: t.exposeInt('rowLimit', { description: 'The most rows that are given.' }),
  }),
});

builder.queryFields((t) => ({
  namedQueries: t.field({
    type: [NamedQueryType],
    description:
      'The named queries that are served, by name, with their parameters and columns: for clients that learn of them as they run. For others most have a typed field, `field`.',
    extensions: sized({ items: { assumed: ASSUMED_PARTS } }),
    resolve: (_root, _args, { queries }) => queries,
  }),
  namedQueryTable: t.field({
    type: TableType,
    description:
      'What the named query of this name answers: the same rows as its typed field and its path of REST give, for clients that learn of it as they run.',
    args: {
      name: t.arg.string({ required: true, description: 'One of `namedQueries`.' }),
      arguments: t.arg({
        type: 'JSON',
        description:
          'An object of values by the names of its parameters. What is unset or null has its default. Dates, instants and zones are text.',
      }),
    },
    resolve: (_root, args, { queries, telemetry, limitFreshness }) => {
      const query = queries.find(({ name }) => name === args.name) ?? refuseName(args.name, queries);
      limitFreshness(query.cacheSeconds);
      return telemetry.namedQuery(query, fromJsonArguments(args.arguments), ARGUMENTS);
    },
  }),
}));

function refuseName(name: string, queries: readonly NamedQuery[]): never {
  const names = queries.map((query) => query.name).join(', ');
  return refuse(
    'name',
    `expected one of ${names || 'none, as there are no queries'}, but got: ${shorten(name)}`,
  );
}
