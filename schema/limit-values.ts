export interface LimitValue {
  readonly value: number;
  /** What is counted. */
  readonly unit: string;
  readonly description: string;
}

/**
 * The limits that are the same for every service: what checks an argument and what tells of it read the same number
 * here. Those that are settings come from `src/limits/limits.ts`.
 */
export const LIMITS = {
  documentNesting: {
    // Parsing and validation descend once for each, so these may not take up the stack.
    value: 200,
    unit: 'brackets within each other',
    description: 'Deepest nesting of brackets of any kind in a GraphQL document, fragments put in place.',
  },
  directivesTogether: {
    value: 3,
    unit: 'directives at one place',
    description: 'Most directives of one field, fragment, variable or operation of a GraphQL document.',
  },
  topDevices: { value: 1_000, unit: 'devices', description: 'Most devices of `topDevices(first:)`.' },
  comparedDevices: { value: 1_000, unit: 'devices', description: 'Most devices of `compare(limit:)`.' },
  histogramBins: { value: 1_000, unit: 'bins', description: 'Most bins of a `histogram`.' },
  readingsPage: {
    // An answer is made in memory.
    value: 10_000,
    unit: 'readings',
    description: 'Most readings on a page of `readings`.',
  },
  readingsTogether: {
    value: 100_000,
    unit: 'readings',
    description: 'Most readings that the pages of `readings` of many devices may hold together.',
  },
  seriesDevices: { value: 1_000, unit: 'devices', description: 'Most devices of `series`.' },
  seriesPoints: { value: 100_000, unit: 'points', description: 'Most points of `series(maxPoints:)`.' },
  seriesLeastPoints: {
    // What gaps, ends and extremes may take up must fit, even with three metrics.
    value: 50,
    unit: 'points',
    description: 'Fewest points of `series(maxPoints:)`.',
  },
  seriesReadings: {
    // Some 200 MB with three metrics, which is what readings take that are thinned at once.
    value: 3_000_000,
    unit: 'readings',
    description:
      'Most readings of one device that a series thins. More are not refused but summed up in buckets, as `resolution` tells.',
  },
  seriesPointsTogether: {
    // Some 100 MB of JSON with all columns of all metrics.
    value: 500_000,
    unit: 'points',
    description: 'Most points of all devices of a series together.',
  },
  seriesRows: {
    // Each field of each row is a step of its own, and nothing else is answered meanwhile.
    value: 10_000,
    unit: 'points',
    description: 'Most `points` of a series. Its columns have no such limit.',
  },
  subscribedDevices: {
    value: 1_000,
    unit: 'devices',
    description: 'Most devices of a subscription to `latestReadings` or `series`.',
  },
  subscribedPoints: {
    // Their prints are kept as long as the subscription lasts, to tell which buckets are others.
    value: 20_000,
    unit: 'points',
    description: 'Most points of all devices of a subscription to `series` together.',
  },
  queryListValues: {
    value: 10_000,
    unit: 'values',
    description: 'Most values of a list that is a parameter of a named query.',
  },
} as const satisfies Readonly<Record<string, LimitValue>>;

export type LimitName = keyof typeof LIMITS;

/** As descriptions write it. */
export const amountOf = (limit: LimitName): string => LIMITS[limit].value.toLocaleString('en');

/** What is taken for an argument that is unset. */
export const DEFAULTS = { histogramBins: 20, readingsPage: 100, seriesPoints: 800 } as const;
