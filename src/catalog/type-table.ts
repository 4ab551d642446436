import { z } from 'zod';
import type { ValueScalar } from '../../schema/query-types.ts';

/**
 * What becomes of a value of each of DuckDB's types: its GraphQL scalar, the check of the row that holds it, and its
 * JSON Schema, which OpenAPI shows. Every value may be null.
 */
interface TypeEntry {
  readonly scalar: ValueScalar;
  /** Takes what the engine gives; a value that JSON cannot tell becomes null. */
  readonly check: z.ZodType;
  readonly json: object;
  /** Cast to text by the statement, since the engine's own value would lose digits. */
  readonly asText?: true;
}

/** What is not finite is missing, as in the readings themselves. */
const finite = z
  .custom<number>((value) => typeof value === 'number', { error: 'expected a number' })
  .transform((value) => (Number.isFinite(value) ? value : null));

const safe = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

const TEXT: TypeEntry = { scalar: 'String', check: z.string(), json: { type: 'string' } };
const INT: TypeEntry = { scalar: 'Int', check: z.int(), json: { type: 'integer', format: 'int32' } };
const WHOLE: TypeEntry = {
  scalar: 'BigInt',
  check: z.union([z.int(), z.bigint()]),
  json: {
    oneOf: [safe, { type: 'string', pattern: '^-?\\d+$' }],
    description: 'A whole number; text past ±(2^53 − 1).',
  },
};
const FLOAT: TypeEntry = { scalar: 'Float', check: finite, json: { type: 'number' } };
const INSTANT: TypeEntry = {
  scalar: 'DateTime',
  check: z.string(),
  json: { type: 'string', format: 'date-time', description: 'UTC' },
};

const TABLE: Readonly<Record<string, TypeEntry>> = {
  BOOLEAN: { scalar: 'Boolean', check: z.boolean(), json: { type: 'boolean' } },
  TINYINT: INT,
  UTINYINT: INT,
  SMALLINT: INT,
  USMALLINT: INT,
  INTEGER: INT,
  UINTEGER: { scalar: 'SafeInt', check: z.int(), json: safe },
  BIGINT: WHOLE,
  UBIGINT: WHOLE,
  HUGEINT: WHOLE,
  UHUGEINT: WHOLE,
  BIGNUM: WHOLE,
  FLOAT,
  DOUBLE: FLOAT,
  VARCHAR: TEXT,
  // Unique ids; their text is canonical.
  UUID: { scalar: 'ID', check: z.string(), json: { type: 'string', format: 'uuid' } },
  DATE: { scalar: 'Date', check: z.string(), json: { type: 'string', format: 'date' } },
  TIMESTAMP: INSTANT,
  TIMESTAMP_S: INSTANT,
  TIMESTAMP_MS: INSTANT,
  TIMESTAMP_NS: INSTANT,
  'TIMESTAMP WITH TIME ZONE': INSTANT,
  JSON: {
    scalar: 'JSON',
    check: z.string().transform((text, context): unknown => {
      try {
        return JSON.parse(text, keepWholeNumbers);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    }),
    json: {},
  },
};

/** With up to 15 digits a double tells every decimal apart; with more, only text does. */
const DOUBLE_DIGITS = 15;
const DECIMAL_TEXT: TypeEntry = {
  scalar: 'Decimal',
  check: z.string(),
  json: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
  asText: true,
};

/** TIME, INTERVAL, BIT, BLOB and what is to come: as DuckDB writes them. */
const OTHER: TypeEntry = { ...TEXT, asText: true };

/** @param name of a type without parameters, as DESCRIBE writes it */
export function typeEntry(name: string, digits: readonly number[] = []): TypeEntry {
  if (name === 'DECIMAL') return (digits[0] ?? 38) <= DOUBLE_DIGITS ? FLOAT : DECIMAL_TEXT;
  return TABLE[name] ?? OTHER;
}

export function enumEntry(values: readonly string[]): TypeEntry {
  return { ...TEXT, json: { type: 'string', enum: values } };
}

function keepWholeNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  const rounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return rounded && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
