import type { z } from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { NEEDS_EVERY_DEVICE } from '../../../schema/named-queries.ts';
import { argumentDescription } from '../../../schema/query-arguments.ts';
import type {
  NamedQuery,
  ParameterScalar,
  ParameterType,
  QueryParameter,
} from '../../../schema/query-types.ts';
import { rowJsonSchema } from '../../catalog/row-schema.ts';
import { exampleValue, graphqlExample, restExample } from '../query-example.ts';

const TYPES: Readonly<Record<ParameterType, object>> = {
  String: { type: 'string' },
  ID: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  Date: { type: 'string', format: 'date' },
  DateTime: { type: 'string', format: 'date-time' },
  TimeZone: { type: 'string', description: 'The name of a time zone in the IANA database.' },
};

/**
 * The paths of the query files. A query whose columns are not known yet has rows of any columns.
 * @param common what every path of data has
 */
export function queryPaths(
  queries: readonly NamedQuery[],
  common: {
    readonly headers: z.ZodObject;
    readonly problems: ZodOpenApiOperationObject['responses'];
    /** Of those that not everybody may ask. */
    readonly refusals: ZodOpenApiOperationObject['responses'];
    /** Of the formats besides JSON. */
    readonly content: ZodOpenApiContentObject;
  },
): ZodOpenApiPathsObject {
  return Object.fromEntries(
    queries.map((query) => [
      `/queries/${query.name}`,
      {
        get: {
          summary: query.description.split('\n', 1)[0] ?? query.name,
          description: describe(query),
          tags: [query.tag],
          parameters: query.parameters.map(parameterObject),
          responses: {
            200: {
              description: 'Its rows, in the order of its ORDER BY.',
              content: { 'application/json': { schema: tableSchema(query) }, ...common.content },
              headers: common.headers,
            },
            ...common.problems,
            ...(query.needsEveryDevice ? common.refusals : {}),
          },
        },
      },
    ]),
  );
}

function describe(query: NamedQuery): string {
  const example = graphqlExample(query);
  return [
    query.description,
    ...(query.needsEveryDevice ? [NEEDS_EVERY_DEVICE] : []),
    `For example \`${restExample(query)}\`.`,
    ...(query.cacheSeconds === undefined
      ? []
      : [query.cacheSeconds === 0 ? 'Made anew each time.' : `Good for ${query.cacheSeconds} seconds.`]),
    ...(example === undefined ? [] : [`In GraphQL:\n\n\`\`\`graphql\n${example}\`\`\``]),
  ].join('\n\n');
}

function parameterObject(parameter: QueryParameter) {
  const { name, type, list, required, min, max, values, default: standard } = parameter;
  const item = {
    ...TYPES[type],
    ...bounds({ min, max }),
    ...(values === undefined ? {} : { enum: [...values] }),
  };
  const schema = list ? { type: 'array' as const, items: item } : item;
  return {
    name,
    in: 'query' as const,
    description: argumentDescription(parameter),
    required,
    schema: { ...schema, ...(standard === undefined ? {} : { default: standard }) },
    example: exampleValue(parameter),
    ...(list ? { explode: true } : {}),
  };
}

/** Those of dates and instants JSON Schema has no words for; the description tells them. */
function bounds({
  min,
  max,
}: {
  min: ParameterScalar | undefined;
  max: ParameterScalar | undefined;
}): object {
  return {
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
  };
}

function tableSchema({ columns }: NamedQuery): object {
  return {
    type: 'object',
    properties: {
      rows: { type: 'array', items: columns === null ? { type: 'object' } : rowJsonSchema(columns) },
      truncated: {
        type: 'boolean',
        description: 'There are more rows than `row_limit`; these are left out.',
      },
      row_limit: { type: 'integer', description: 'The most rows that are given.' },
    },
    required: ['rows', 'truncated', 'row_limit'],
  };
}
