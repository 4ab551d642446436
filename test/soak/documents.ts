import { readingsOf, type State } from '../faults/lake.ts';
import { QUESTIONS } from '../faults/questions.ts';

/** Days that are never touched: what is asked about them has one answer, whatever comes and goes. */
export const STILL_DAYS = 6;
const STILL: State = Object.fromEntries(Array.from({ length: STILL_DAYS }, (_, day) => [day, 1]));
const DEVICES = ['pack-1', 'pack-2', 'pack-3'];
const READINGS_A_DAY = readingsOf({ 0: 1 }).length;

/** What came back of one request. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One kind of request. */
export interface Kind {
  readonly name: string;
  /** How many of a thousand requests are of this kind. */
  readonly share: number;
  request(): { readonly path: string; readonly query?: string; readonly variables?: unknown };
  /** The code that it must be refused with; unset: it must be answered. */
  readonly refusal?: string;
  /** Why the answer is wrong; undefined when it is not. For what has one right answer. */
  wrong?(answered: Answered, asked: ReturnType<Kind['request']>): string | undefined;
  /** The same snapshot has the same answer, to the byte. */
  readonly ofOneSnapshot?: boolean;
}

const below = (limit: number) => Math.floor(Math.random() * limit);
const dayText = (day: number) => new Date(Date.UTC(2026, 2, 1 + day)).toISOString().slice(0, 10);
const dataOf = ({ body }: Answered) => (JSON.parse(body) as { data: Record<string, unknown> }).data;

function sameAs(expected: unknown): NonNullable<Kind['wrong']> {
  const text = JSON.stringify(expected);
  return (answered) => {
    const { dataset, ...data } = dataOf(answered);
    const got = JSON.stringify(data);
    return got === text ? undefined : `expected ${text.slice(0, 200)}, but got ${got.slice(0, 200)}`;
  };
}

/** Each question has its own variables, so that no cache holds the answer. */
const daily: Kind = {
  name: 'GraphQL, rollups, ever other variables',
  share: 250,
  request: () => {
    const from = below(STILL_DAYS);
    return {
      path: '/graphql',
      query: `query Q${below(1e9)}($ids: [ID!]!, $from: Date!, $to: Date!) {
        dailySummaries(deviceIds: $ids, from: $from, to: $to) { deviceId date readingCount minVoltage } }`,
      variables: {
        ids: [DEVICES[below(3)]],
        from: dayText(from),
        to: dayText(from + below(STILL_DAYS - from)),
      },
    };
  },
  wrong: (answered, { variables }) => {
    const { ids, from, to } = variables as { ids: string[]; from: string; to: string };
    const days = (dataOf(answered)['dailySummaries'] ?? []) as {
      date: string;
      readingCount: number;
      minVoltage: number;
    }[];
    const device = Number(ids[0]?.slice(5));
    const expected = Array.from({ length: STILL_DAYS }, (_, day) => ({
      deviceId: ids[0],
      date: dayText(day),
      readingCount: READINGS_A_DAY / 3,
      minVoltage: 10_000 + day * 500 + device * 100,
    })).filter(({ date }) => date >= from && date <= to);
    return JSON.stringify(days) === JSON.stringify(expected)
      ? undefined
      : `${from} to ${to}: ${answered.body.slice(0, 200)}`;
  },
};

export const KINDS: readonly Kind[] = [
  daily,
  {
    name: 'GraphQL, summary, mostly from the cache',
    share: 300,
    request: () => ({ path: '/graphql', query: QUESTIONS.summary.document }),
    ofOneSnapshot: true,
  },
  {
    name: 'GraphQL, readings',
    share: 5,
    request: () => ({ path: '/graphql', query: QUESTIONS.readings.document }),
    wrong: sameAs(QUESTIONS.readings.answer(STILL)),
  },
  {
    name: 'GraphQL, series below the grain of the rollups',
    share: 5,
    request: () => ({ path: '/graphql', query: QUESTIONS.series.document }),
    wrong: sameAs(QUESTIONS.series.answer(STILL)),
  },
  { name: 'REST, overview', share: 150, request: () => ({ path: '/overview' }), ofOneSnapshot: true },
  { name: 'REST, latest', share: 100, request: () => ({ path: '/devices/latest' }), ofOneSnapshot: true },
  { name: 'REST, days', share: 100, request: () => ({ path: '/daily-summary' }), ofOneSnapshot: true },
  {
    name: 'REST, a query over all objects',
    share: 3,
    request: () => ({ path: '/queries/overview' }),
    ofOneSnapshot: true,
  },
  {
    name: 'export',
    share: 3,
    request: () => {
      const day = below(STILL_DAYS);
      return { path: `/readings.csv?from=${dayText(day)}T00:00:00Z&to=${dayText(day + 1)}T00:00:00Z` };
    },
    wrong: ({ body }) => {
      const lines = body.split('\r\n').length - 2;
      return lines === READINGS_A_DAY ? undefined : `expected ${READINGS_A_DAY} rows, but got ${lines}`;
    },
  },
  {
    name: 'GraphQL, an argument that is refused',
    share: 20,
    request: () => ({ path: '/graphql', query: '{ devices(first: -1) { totalCount } }' }),
    refusal: 'BAD_USER_INPUT',
  },
  {
    name: 'GraphQL, a field that there is not',
    share: 3,
    request: () => ({ path: '/graphql', query: `{ nothing${below(1e6)} }` }),
    refusal: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'REST, a path that there is not',
    share: 3,
    request: () => ({ path: `/nothing-${below(1e6)}` }),
    refusal: 'NOT_FOUND',
  },
  { name: 'ready', share: 10, request: () => ({ path: '/ready' }) },
];
