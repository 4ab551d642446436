import { GraphQLScalarType, type GraphQLScalarTypeConfig } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';

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

/** The library reads what is given; answers keep every digit. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value. Whole numbers past ±(2^53 − 1) come as text.',
  serialize: withExactWholes,
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

/** The same for all that a value holds. */
function withExactWholes(value: unknown): unknown {
  if (typeof value === 'bigint') return exactWhole(value);
  if (Array.isArray(value)) return value.map(withExactWholes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withExactWholes(item)]));
}
