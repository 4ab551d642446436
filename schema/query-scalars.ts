import { GraphQLError, GraphQLScalarType, type GraphQLScalarTypeConfig, Kind, type ValueNode } from 'graphql';

/** Scalars of rows only: no argument takes one. */
function answerScalar(
  config: Pick<GraphQLScalarTypeConfig<unknown, unknown>, 'name' | 'description' | 'serialize'> & {
    readonly codegenScalarType: string;
  },
): GraphQLScalarType {
  const { codegenScalarType, ...scalar } = config;
  return new GraphQLScalarType({ ...scalar, extensions: { codegenScalarType } });
}

/** JSON readers of most languages round numbers past 2^53; text keeps every digit. */
const BigIntScalar = answerScalar({
  name: 'BigInt',
  description:
    'A whole number of any size: a JSON number up to ±(2^53 − 1), text beyond, so that no digit is lost.',
  serialize: (value) => (typeof value === 'bigint' ? exactWhole(value) : value),
  codegenScalarType: 'number | string',
});

const DecimalScalar = answerScalar({
  name: 'Decimal',
  description: 'A decimal number as text, with all its digits.',
  serialize: String,
  codegenScalarType: 'string',
});

/** Any value in both directions. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value. Whole numbers past ±(2^53 − 1) come as text.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => (holdsBigInt(value) ? withExactWholes(value) : value),
  parseValue: (value) => value,
  parseLiteral: jsonOfLiteral,
  extensions: { codegenScalarType: 'unknown' },
});

/** Those that the static schema does not have. */
export const QUERY_SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  BigInt: BigIntScalar,
  Decimal: DecimalScalar,
};

/** A number while JSON can tell it exactly, else text. */
export function exactWhole(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function holdsBigInt(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsBigInt);
  return typeof value === 'bigint';
}

/** `exactWhole` of all whole numbers that a value holds. */
function withExactWholes(value: unknown): unknown {
  if (typeof value === 'bigint') return exactWhole(value);
  if (Array.isArray(value)) return value.map(withExactWholes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withExactWholes(item)]));
}

type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** A variable that is not given leaves its key out, as in input objects. @throws GraphQLError for names, which JSON does not have */
function jsonOfLiteral(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map((item) => jsonOfLiteral(item, variables) ?? null);
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields
          .map((field) => [field.name.value, jsonOfLiteral(field.value, variables)] as const)
          .filter(([, value]) => value !== undefined),
      );
    case Kind.VARIABLE:
      return variables && Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
    case Kind.ENUM:
      throw new GraphQLError(`expected a value of JSON, but got the name ${node.value}; text is quoted`, {
        nodes: node,
        extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
      });
  }
}
