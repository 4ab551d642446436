import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** What to try for an argument, as GraphQL writes it; undefined where nothing is to be tried. */
export type Candidates = (argument: GraphQLArgument) => readonly string[] | undefined;

/**
 * Documents that ask each root field for all that lies below it: without the arguments that may be left out, and once for
 * each value that is to be tried for one of them.
 * @param visited gets each field that is asked for, as `Type.field`
 */
export function walk(
  schema: GraphQLSchema,
  candidates: Candidates,
  visited: Set<string>,
): { field: string; document: string }[] {
  const [query, subscription] = [schema.getQueryType(), schema.getSubscriptionType()];
  if (!query || !subscription) throw new Error('expected a schema with queries and subscriptions');
  return [
    ...below(schema, query, '', candidates, visited),
    ...below(schema, subscription, 'subscription ', candidates, visited),
  ];
}

function below(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  kind: string,
  candidates: Candidates,
  visited: Set<string>,
): { field: string; document: string }[] {
  return Object.values(root.getFields()).flatMap((field) => {
    visited.add(`${root.name}.${field.name}`);
    const rest = selection(schema, field.type, [root.name], visited);
    const ask = (given: Readonly<Record<string, string>>) => ({
      field: field.name,
      document: `${kind}{ ${field.name}${written(field, given)}${rest} }`,
    });
    return [
      ...(field.args.some(
        (argument) =>
          isNonNullType(argument.type) &&
          argument.defaultValue === undefined &&
          candidates(argument) !== undefined,
      )
        ? []
        : [ask({})]),
      ...field.args.flatMap((argument) =>
        (candidates(argument) ?? []).map((value) => ask({ [argument.name]: value })),
      ),
    ];
  });
}

/** All fields, down to where a type comes a second time. */
function selection(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  above: readonly string[],
  visited: Set<string>,
): string {
  const named = getNamedType(type);
  if (isInterfaceType(named)) {
    const kinds = schema
      .getPossibleTypes(named)
      .map((kind) => `... on ${kind.name}${selection(schema, kind, above, visited)}`);
    return ` { __typename ${kinds.join(' ')} }`;
  }
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter(
    (field) => !above.includes(getNamedType(field.type).name),
  );
  const path = [...above, named.name];
  return ` { ${fields
    .map((field) => {
      visited.add(`${named.name}.${field.name}`);
      return `${field.name}${written(field, {})}${selection(schema, field.type, path, visited)}`;
    })
    .join(' ')} }`;
}

function written(field: GraphQLField<unknown, unknown>, given: Readonly<Record<string, string>>): string {
  const args = field.args.flatMap(({ name, type, defaultValue }) => {
    if (given[name] !== undefined) return [`${name}: ${given[name]}`];
    if (name === 'bucket' && isNonNullType(type)) return [`${name}: "1h"`];
    if (name === 'name' && isNonNullType(type)) return [`${name}: "daily_summary"`];
    return isNonNullType(type) && defaultValue === undefined ? [`${name}: ${anyValue(type)}`] : [];
  });
  return args.length === 0 ? '' : `(${args.join(', ')})`;
}

function anyValue(type: GraphQLInputType): string {
  if (isNonNullType(type)) return anyValue(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) return '{}';
  return '""';
}
