import { GraphQLError, GraphQLInt } from 'graphql';
import type { ParameterScalar, ParameterType } from '../../schema/query-types.ts';
import { shorten } from '../../schema/refuse.ts';
import { DateTime, LocalDate, TimeZone } from '../../schema/scalars.ts';

interface TypeRules {
  /** In which DuckDB binds it, whatever the value: `2` and `2.5` of a Float are both DOUBLE. */
  readonly sql: string;
  /** @throws Error that says what was expected and what came */
  parse(value: unknown): ParameterScalar;
  /** From the text of a URL to what `parse` takes; text stays text. */
  fromText?(text: string): unknown;
  readonly sample: ParameterScalar;
}

const isText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw mismatch('text', value);
};

/** The types of parameters: checked by the very scalars of the schema. */
export const PARAMETER_RULES: Readonly<Record<ParameterType, TypeRules>> = {
  String: { sql: 'VARCHAR', parse: isText, sample: 'text' },
  ID: {
    sql: 'VARCHAR',
    parse: (value) => isText(Number.isSafeInteger(value) ? String(value) : value),
    sample: 'pack-001',
  },
  Int: {
    sql: 'BIGINT',
    parse: (value) => {
      if (typeof value === 'number' && Number.isInteger(value)) {
        try {
          return GraphQLInt.parseValue(value);
        } catch (error) {
          if (!(error instanceof GraphQLError)) throw error;
        }
      }
      throw mismatch('a whole number of at most 32 bits', value);
    },
    fromText: (text) => (/^[+-]?\d{1,10}$/.test(text) ? Number(text) : text),
    sample: 10,
  },
  Float: {
    sql: 'DOUBLE',
    parse: (value) => {
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw mismatch('a number', value);
    },
    fromText: (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text),
    sample: 20,
  },
  Boolean: {
    sql: 'BOOLEAN',
    parse: (value) => {
      if (typeof value === 'boolean') return value;
      throw mismatch('true or false', value);
    },
    fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
    sample: true,
  },
  Date: { sql: 'DATE', parse: (value) => LocalDate.parseValue(value), sample: '2026-01-31' },
  DateTime: {
    sql: 'TIMESTAMP',
    parse: (value) => DateTime.parseValue(value),
    sample: '2026-01-31T12:00:00.000Z',
  },
  TimeZone: { sql: 'VARCHAR', parse: (value) => TimeZone.parseValue(value), sample: 'Europe/Berlin' },
};

function mismatch(expected: string, value: unknown): Error {
  return new Error(`expected ${expected}, but got: ${shorten(JSON.stringify(value))}`);
}
