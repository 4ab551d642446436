import { graphqlName, typeName } from '../../schema/query-names.ts';
import type { NamedQuery, ParameterValue, QueryParameter, ValueType } from '../../schema/query-types.ts';
import { PARAMETER_RULES } from '../catalog/parameter-value.ts';

/** An operation of GraphQL that asks a query for all of its columns; undefined while it has no field. */
export function graphqlExample({
  name,
  description,
  field,
  parameters,
  columns,
}: NamedQuery): string | undefined {
  if (!field || columns === null) return undefined;
  const shown = parameters.filter(isShown);
  const args = shown.map(
    (parameter) => `${parameter.graphqlName}: ${JSON.stringify(exampleValue(parameter))}`,
  );
  return [
    ...description.split('\n').map((line) => `# ${line}`.trimEnd()),
    `query ${typeName(name)} {`,
    `  ${graphqlName(name)}${args.length === 0 ? '' : `(${args.join(', ')})`} {`,
    '    rows {',
    ...columns.map(({ graphqlName, type }) => `      ${graphqlName}${selection(type, '      ')}`),
    '    }',
    '    truncated',
    '    rowLimit',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** A path of REST that asks the same. */
export function restExample({ name, parameters }: NamedQuery): string {
  const search = new URLSearchParams(
    parameters.filter(isShown).flatMap((parameter) => {
      const value = exampleValue(parameter);
      const values = typeof value === 'object' ? value : [value];
      return values.map((item) => [parameter.name, String(item)]);
    }),
  );
  return `/queries/${name}${search.size === 0 ? '' : `?${search}`}`;
}

/** What must be given, and what its author wants to be seen. */
function isShown({ required, example, default: standard }: QueryParameter): boolean {
  return required || example !== undefined || standard !== undefined;
}

/** What the author gives, else the default, else something of the type and within the bounds. */
export function exampleValue(parameter: QueryParameter): ParameterValue {
  const { example, default: standard, values, min, max, type, list } = parameter;
  const given = example ?? standard;
  if (given !== undefined) return given;
  const item = values?.[0] ?? min ?? max ?? PARAMETER_RULES[type].sample;
  return list ? [item] : item;
}

function selection(type: ValueType, indent: string): string {
  const fields = fieldsOf(type);
  if (fields === undefined) return '';
  const inner = `${indent}  `;
  const lines = fields.map(([name, field]) => `${inner}${name}${selection(field, inner)}`);
  return ` {\n${lines.join('\n')}\n${indent}}`;
}

function fieldsOf(type: ValueType): readonly (readonly [string, ValueType])[] | undefined {
  switch (type.kind) {
    case 'scalar':
      return undefined;
    case 'list':
      return fieldsOf(type.of);
    case 'map':
      return [
        ['key', type.key],
        ['value', type.value],
      ];
    case 'object':
      return type.fields.map(({ graphqlName, type: of }) => [graphqlName, of] as const);
  }
}
