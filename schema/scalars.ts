import { GraphQLError, GraphQLScalarType, Kind, print, type ValueNode } from 'graphql';
import { GraphQLDateTime, GraphQLISO8601Duration, GraphQLLocalDate, GraphQLTimeZone } from 'graphql-scalars';
import { durationMs } from './duration.ts';
import { refuseValue, shorten } from './refuse.ts';
import { Column } from './series-types.ts';

interface ScalarOptions {
  readonly name: string;
  readonly description: string;
  readonly expected: string;
  readonly specifiedByURL?: string;
  readonly toText?: (text: string) => string;
}

/** The library's scalar decides what is valid; values stay text on both sides, so that no digit is lost. */
function textScalar(valid: GraphQLScalarType, options: ScalarOptions): GraphQLScalarType<string, string> {
  const { name, description, expected, toText = (text) => text } = options;
  const parse = (value: unknown, node?: ValueNode): string => {
    try {
      if (typeof value !== 'string') throw new TypeError('not text');
      valid.parseValue(value);
      return toText(value);
    } catch {
      return refuseValue(`expected ${expected}, but got: ${shorten(JSON.stringify(value))}`, node);
    }
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    ...(options.specifiedByURL === undefined ? {} : { specifiedByURL: options.specifiedByURL }),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : print(node), node),
    serialize: (value) => {
      if (typeof value !== 'string') throw new TypeError(`${name}: expected text, but got: ${String(value)}`);
      return value;
    },
    extensions: { codegenScalarType: 'string' },
  });
}

export const DateTime = textScalar(GraphQLDateTime, {
  name: 'DateTime',
  description:
    'An instant as RFC 3339 text. Answers are in UTC (`2026-01-31T12:00:00.000Z`, with microseconds where the data has them); questions may carry any offset.',
  expected: 'an instant like 2026-01-31T12:00:00Z',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  toText: toUtc,
});

export const LocalDate = textScalar(GraphQLLocalDate, {
  name: 'Date',
  description: 'A calendar day, `YYYY-MM-DD`, in the time zone that the question names.',
  expected: 'a day like 2026-01-31',
});

export const TimeZone = textScalar(GraphQLTimeZone, {
  name: 'TimeZone',
  description: 'The name of a time zone in the IANA database, such as `UTC` or `Europe/Berlin`.',
  expected: 'an IANA time zone like Europe/Berlin',
  specifiedByURL: 'https://www.iana.org/time-zones',
  toText: refuseOffset,
});

export const Duration = textScalar(GraphQLISO8601Duration, {
  name: 'Duration',
  description:
    'A length of time as ISO 8601 has it, in weeks, days (of 24 hours), hours, minutes and seconds: `PT2H`, `P1DT12H`, `PT0.5S`.',
  expected: 'a duration like PT2H or P1DT12H, without years and months',
  specifiedByURL: 'https://www.iso.org/iso-8601-date-and-time-format.html',
  toText: refuseCalendar,
});

/** An offset is no zone: it has no clock changes, and the engine knows none. */
function refuseOffset(text: string): string {
  if (/^[+-]/.test(text)) throw new RangeError('an offset');
  return text;
}

/** A year or a month has no length of its own. */
function refuseCalendar(text: string): string {
  durationMs(text);
  return text;
}

/** Keeps what a Date would cut off: the digits past the millisecond. */
function toUtc(text: string): string {
  const fraction = /\.(\d{4,9})/.exec(text)?.[1];
  const utc = new Date(text).toISOString();
  // Beyond, an offset has led out of the four digits that a year has in RFC 3339.
  if (!/^(?!0000)\d{4}-/.test(utc)) throw new RangeError('a year of four digits');
  return fraction === undefined ? utc : utc.replace(/\.\d+Z$/, `.${fraction}Z`);
}

/** Graphql-js completes lists item by item, which takes longer than all else for 100,000 numbers. */
function columnScalar(name: string, description: string, codegenScalarType: string) {
  return new GraphQLScalarType<Column, Column>({
    name,
    description,
    serialize: (value) => {
      if (!(value instanceof Column))
        throw new TypeError(`${name}: expected a column, but got: ${String(value)}`);
      return value;
    },
    parseValue: () => {
      throw new GraphQLError(`${name} is for answers only`);
    },
    extensions: { codegenScalarType },
  });
}

export const TimeColumn = columnScalar(
  'TimeColumn',
  'A whole column of times as one JSON array: milliseconds since 1970 in UTC, ascending, with a fraction where the data has microseconds.',
  'number[]',
);

export const NumberColumn = columnScalar(
  'NumberColumn',
  'A whole column of numbers as one JSON array, `null` where there is none.',
  '(number | null)[]',
);
