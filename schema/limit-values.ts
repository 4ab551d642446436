export interface LimitValue {
  readonly value: number;
  /** What is counted. */
  readonly unit: string;
  readonly description: string;
}

/**
 * The limits that are the same for every service: what checks an argument and what tells of it read the same number
 * here. Those that are settings come from `src/limits.ts`.
 */
export const LIMITS = {
  requestBodyBytes: {
    // Enough for a document with tens of thousands of ids in its variables.
    value: 1024 * 1024,
    unit: 'bytes',
    description: 'Most bytes in the body of a request.',
  },
  topDevices: { value: 1000, unit: 'devices', description: 'Most devices of `topDevices(first:)`.' },
  comparedDevices: { value: 1000, unit: 'devices', description: 'Most devices of `compare(limit:)`.' },
  histogramBins: { value: 1000, unit: 'bins', description: 'Most bins of a `histogram`.' },
} as const satisfies Readonly<Record<string, LimitValue>>;

export type LimitName = keyof typeof LIMITS;
