import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigError } from '../../src/errors.ts';

export const USAGE = `Generates telemetry for load tests: Parquet objects in a folder or an S3 bucket.

  npm run generate -- --out DIR
  npm run generate -- --bucket NAME [--prefix telemetry/] [--endpoint URL]

  --readings N     readings in all, exactly                     (50000000)
  --devices N      devices that they are spread over            (200)
  --days N         days that they are spread over               (30)
  --end DATE       the midnight UTC that they end at            (the last one)
  --objects N      objects, each one a slice of the time        (30)
  --layout NAME    day: day_001.parquet, or part_001.parquet when the objects are no whole days
                   hive: date=2026-01-31/part-0.parquet         (day)
  --precision NAME sensor: values in steps of 10 mV, 0.1 °C and 0.1 %, some 6 bytes a reading
                   full: doubles in all their digits, some four times as many bytes (sensor)
  --seed N         the same seed gives the same readings        (1)
  --out DIR        the folder to write to
  --bucket NAME    the bucket to write to, with the credentials and the region of the AWS SDK
  --prefix TEXT    what the keys begin with                     (telemetry/)
  --endpoint URL   of an S3-compatible store, addressed path-style
  --help

Objects of the same key are replaced, others stay.`;

export type Destination =
  | { readonly kind: 'folder'; readonly directory: string }
  | {
      readonly kind: 'bucket';
      readonly bucket: string;
      readonly prefix: string;
      readonly endpoint: string | undefined;
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
}

const DAY_MS = 86_400_000;

const whole = (minimum: number, maximum: number) => {
  const error = ({ input }: { input?: unknown }) =>
    `expected a whole number from ${minimum} to ${maximum}, but got: ${String(input)}`;
  return z.string({ error: 'expected a value, but got none' }).transform((text, context) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    context.addIssue(error({ input: text }));
    return z.NEVER;
  });
};

/** The first one is the default. */
const oneOf = <const Name extends string>(first: Name, second: Name) =>
  z
    .enum([first, second], {
      error: ({ input }) => `expected ${first} or ${second}, but got: ${String(input)}`,
    })
    .default(first);

const text = z
  .string({ error: 'expected a value, but got none' })
  .min(1, { error: 'expected a value, but got an empty one' });

const options = z.strictObject({
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
  prefix: z.string({ error: 'expected a value, but got none' }).optional(),
  endpoint: text
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
      error: ({ input }) => `expected a URL like http://127.0.0.1:9000, but got: ${String(input)}`,
    })
    .optional(),
});

type Parsed = z.infer<typeof options>;

/**
 * @param args what follows the script's name
 * @returns 'help' when it is asked for, whatever else is
 * @throws ConfigError that lists every mistake
 */
export function parseOptions(args: readonly string[], now: Date): GenerateOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.keys(options.shape).map((name) => [name, { type: 'string' as const }])),
      help: { type: 'boolean' },
    },
    // zod tells of unknown options and missing values, together with all other mistakes.
    strict: false,
    allowPositionals: true,
  });
  const { help, ...given } = values;
  if (help) return 'help';

  const problems = positionals.map((positional) => `expected only --options, but got: ${positional}`);
  const parsed = options.safeParse(given);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap(describeIssue));
  else problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const { readings, devices, days, objects, layout, precision, seed } = parsed.data;
  const end = new Date(parsed.data.end ?? Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  return {
    readings,
    devices,
    days,
    end,
    objects,
    layout,
    precision,
    seed,
    destination: destination(parsed.data),
  };
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `expected an option that --help lists, but got: --${key}`);
  }
  return [`--${issue.path.join('.')}: ${issue.message}`];
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
  for (const name of ['prefix', 'endpoint'] as const) {
    if (given[name] !== undefined && bucket === undefined) {
      problems.push(`--${name}: expected together with --bucket, but got it without`);
    }
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

function destination({ out, bucket, prefix = 'telemetry/', endpoint }: Parsed): Destination {
  if (bucket === undefined) return { kind: 'folder', directory: out ?? '' };
  return { kind: 'bucket', bucket, prefix, endpoint };
}
