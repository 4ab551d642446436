import { z } from 'zod';
import { METRICS, type Telemetry } from '../../../schema/context.ts';
import { amountOf, DEFAULTS } from '../../../schema/limit-values.ts';
import { TimeZone } from '../../../schema/scalars.ts';
import {
  SERIES_AGGREGATES,
  SERIES_FILLS,
  type Series,
  type SeriesArgs,
} from '../../../schema/series-types.ts';
import { ArgumentError } from '../../errors.ts';
import { snakeCase } from '../../loaders/camel-case.ts';
import { jsonResponse } from '../piecewise.ts';
import { deviceIds, instantRange, limit, parseParameters, scalar } from './parameters.ts';

type Choices = [string, ...string[]];

const column = z.array(z.number().nullable());

/** `GET /series`: its parameters, and the JSON of each device. Errors name the parameter as it is spelt here. */
export const seriesParameters = z.strictObject({
  device_id: deviceIds,
  metric: z
    .array(z.enum(METRICS))
    .optional()
    .meta({ description: 'Which metrics, in which order; repeat the parameter for several. Unset: all.' }),
  ...instantRange,
  bucket: z
    .string()
    .optional()
    .meta({ description: 'How wide buckets are: `30s`, `5m`, `6h`, `1d`, `1w`, `1mo`.', example: '1h' }),
  max_points: limit.meta({
    description: `At most so many points, from ${amountOf('seriesLeastPoints')} to ${amountOf('seriesPoints')}; not together with \`bucket\`. Unset: ${DEFAULTS.seriesPoints}.`,
  }),
  time_zone: scalar(
    TimeZone,
    'IANA time zone in which days begin and end. Unset: UTC.',
    'Europe/Berlin',
  ).optional(),
  aggregate: z
    .enum(SERIES_AGGREGATES.map(snakeCase) as Choices)
    .optional()
    .meta({ description: 'How the values of a bucket become one. Unset: avg, or readings themselves.' }),
  fill: z.enum(SERIES_FILLS).default('null').meta({ description: 'What stands where there is no value.' }),
});

export const seriesResponse = z
  .object({
    device_id: z.string().meta({ description: 'The device.', example: 'pack-001' }),
    from: z.iso.datetime().meta({ description: 'UTC' }),
    to: z.iso.datetime().meta({ description: 'UTC, not in the range.' }),
    time_zone: z.string(),
    resolution: z.object({
      method: z.enum(['buckets', 'readings', 'min_max_lttb']).meta({ description: 'What a point is.' }),
      source: z.enum(['rollups', 'readings', 'rollups_and_readings']).meta({ description: 'What was read.' }),
      bucket: z.string().nullable(),
      aggregate: z.string().nullable(),
      exact: z.boolean().meta({ description: 'False when readings are left out.' }),
    }),
    timestamps: z.array(z.number()).meta({ description: 'Milliseconds since 1970, UTC.' }),
    metrics: z.array(
      z.object({
        metric: z.enum(METRICS).meta({ description: 'voltage in V, temperature in °C, soc in %' }),
        values: column,
        min: column,
        max: column,
        count: z.array(z.int()),
      }),
    ),
  })
  .meta({ id: 'Series', description: 'One device, as columns as long as `timestamps`.' });

/** What the arguments of GraphQL are called here. */
const SPELLINGS: Readonly<Record<string, string>> = {
  deviceIds: 'device_id',
  metrics: 'metric',
  maxPoints: 'max_points',
};

/** @throws ArgumentError that names the parameter */
export async function askSeries(telemetry: Telemetry, search: URLSearchParams): Promise<Response> {
  return presentSeries(await seriesOf(telemetry, search));
}

/** The same before it is written in a format. */
export async function seriesOf(telemetry: Telemetry, search: URLSearchParams): Promise<readonly Series[]> {
  const { deviceIds, args } = parseSeries(search);
  try {
    return await telemetry.series(deviceIds, args);
  } catch (error) {
    throw error instanceof ArgumentError ? respelt(error) : error;
  }
}

function respelt(error: ArgumentError): ArgumentError {
  const { argument, limit, asked, allowed } = error.details;
  const message = Object.entries(SPELLINGS).reduce(
    (text, [name, spelling]) => text.replaceAll(`\`${name}\``, `\`${spelling}\``),
    error.message.slice(`${argument}: `.length),
  );
  const exceeded =
    limit === undefined || asked === undefined || allowed === undefined
      ? undefined
      : { limit, asked, allowed };
  return new ArgumentError(SPELLINGS[argument] ?? argument, message, { cause: error, exceeded });
}

function parseSeries(search: URLSearchParams): {
  deviceIds: readonly string[] | null;
  args: SeriesArgs;
} {
  const given = parseParameters(seriesParameters, search);
  return {
    deviceIds: given.device_id ?? null,
    args: {
      metrics: given.metric ?? null,
      from: given.from ?? null,
      to: given.to ?? null,
      bucket: given.bucket ?? null,
      maxPoints: given.max_points ?? null,
      timeZone: given.time_zone ?? 'UTC',
      aggregate: SERIES_AGGREGATES.find((aggregate) => snakeCase(aggregate) === given.aggregate) ?? null,
      fill: given.fill,
    },
  };
}

/** In JSON; `exports/series-table.ts` has the rows of the other formats. */
function presentSeries(series: readonly Series[]): Response {
  return jsonResponse(
    series.map(({ deviceId, timeZone, resolution, ...columns }) => ({
      device_id: deviceId,
      time_zone: timeZone,
      ...columns,
      resolution: {
        ...resolution,
        method: resolution.method.toLowerCase(),
        source: resolution.source.toLowerCase(),
        aggregate: resolution.aggregate && snakeCase(resolution.aggregate),
      },
    })),
  );
}
