import {
  GraphQLScalarType,
  type GraphQLScalarTypeConfig,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { refuseValue } from './refuse.ts';

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

/** @throws GraphQLError for names of enums, which JSON does not have and the library would take for text */
function jsonOfLiteral(literal: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
  visit(literal, {
    EnumValue: (node) =>
      refuseValue(`expected a value of JSON, but got the name ${node.value}; text is quoted`, node),
  });
  // Of a plain object, what every object has would be found under its name.
  return valueFromASTUntyped(literal, Object.assign(Object.create(null), variables));
}
