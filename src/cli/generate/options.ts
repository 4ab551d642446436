import { z } from 'zod';
import type { Flags } from '../command.ts';
import { oneOf, parseFlags, text, url, whole } from '../values.ts';

export type Destination =
  | { readonly kind: 'folder'; readonly directory: string }
  | {
      readonly kind: 'bucket';
      readonly bucket: string;
      readonly prefix: string;
      readonly endpoint: string | undefined;
      /** Unset: that of the AWS SDK. */
      readonly region?: string | undefined;
      /** It is made if there is none. */
      readonly create?: boolean;
    };

export interface GenerateOptions {
  readonly readings: number;
  readonly devices: number;
  readonly days: number;
  readonly end: Date;
  readonly objects: number;
  readonly layout: 'day' | 'hive';
  readonly precision: 'sensor' | 'full';
  readonly seed: number;
  readonly destination: Destination;
  /** Where there are Parquet objects already, nothing is done; but for those of such a run that was broken off. */
  readonly ifEmpty?: boolean;
}

const DAY_MS = 86_400_000;

const options = z.object({
  readings: whole(1, 1e11).default(50_000_000),
  devices: whole(1, 1e6).default(200),
  days: whole(1, 36_500).default(30),
  end: text
    .refine((value) => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)), {
      error: ({ input }) => `expected a date like 2026-01-31, but got: ${String(input)}`,
    })
    .optional(),
  objects: whole(1, 1e6).default(30),
  layout: oneOf('day', 'hive'),
  precision: oneOf('sensor', 'full'),
  seed: whole(0, Number.MAX_SAFE_INTEGER).default(1),
  out: text.optional(),
  bucket: text.optional(),
  prefix: z.string().optional(),
  endpoint: url('http://127.0.0.1:9000').optional(),
  region: text.optional(),
  createBucket: z.boolean().default(false),
  ifEmpty: z.boolean().default(false),
});

type Parsed = z.infer<typeof options>;

/** @throws UsageError that lists every mistake */
export function parseOptions(flags: Flags, now: Date): GenerateOptions {
  const parsed = parseFlags(options, flags, contradictions);
  const { readings, devices, days, objects, layout, precision, seed, ifEmpty } = parsed;
  const end = new Date(parsed.end ?? Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  return {
    readings,
    devices,
    days,
    end,
    objects,
    layout,
    precision,
    seed,
    destination: destination(parsed),
    ifEmpty,
  };
}

function contradictions({
  readings,
  devices,
  days,
  objects,
  layout,
  out,
  bucket,
  ...given
}: Parsed): string[] {
  const problems: string[] = [];
  if ((out === undefined) === (bucket === undefined)) {
    problems.push(`expected one of --out and --bucket, but got ${out === undefined ? 'neither' : 'both'}`);
  }
  for (const name of ['prefix', 'endpoint', 'region'] as const) {
    if (given[name] !== undefined && bucket === undefined) {
      problems.push(`--${name}: expected together with --bucket, but got it without`);
    }
  }
  if (given.createBucket && bucket === undefined) {
    problems.push('--create-bucket: expected together with --bucket, but got it without');
  }
  if (readings < devices * objects) {
    problems.push(
      `--readings: expected at least one for each device in each object (${devices * objects}), but got: ${readings}`,
    );
  }
  if (readings > devices * days * DAY_MS) {
    problems.push(`--readings: expected at most one for each device and millisecond, but got: ${readings}`);
  }
  if (layout === 'hive' && objects % days !== 0) {
    problems.push(
      `--objects: expected a multiple of the ${days} days with --layout hive, but got: ${objects}`,
    );
  }
  return problems;
}

function destination({
  out,
  bucket,
  prefix = 'telemetry/',
  endpoint,
  region,
  createBucket: create,
}: Parsed): Destination {
  if (bucket === undefined) return { kind: 'folder', directory: out ?? '' };
  return { kind: 'bucket', bucket, prefix, endpoint, region, create };
}
