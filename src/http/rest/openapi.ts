import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import type { NamedQuery } from '../../../schema/query-types.ts';
import { exportContent, exportHeaders, exportProblems } from './exports/openapi-exports.ts';
import { accessProblems, CREDENTIALS, SECURITY_SCHEMES } from './openapi-access.ts';
import { healthPaths } from './openapi-health.ts';
import { queryPaths } from './openapi-queries.ts';
import {
  dayParameters,
  deviceParameters,
  devicesParameters,
  readingsExportParameters,
  readingsParameters,
} from './parameters.ts';
import { seriesParameters, seriesResponse } from './series.ts';

const count = z.int().nonnegative();
const instant = z.iso.datetime().meta({ description: 'UTC' });
const deviceId = z.string().meta({ description: 'The device.', example: 'pack-001' });
const volts = z.number().nullable().meta({ description: 'V; null when no reading has a finite value.' });
const celsius = z.number().nullable().meta({ description: '°C; null when no reading has a finite value.' });
const percent = z.number().nullable().meta({ description: '%; null when no reading has a finite value.' });

const statistics = {
  reading_count: count,
  avg_voltage: volts,
  min_voltage: volts,
  max_voltage: volts,
  avg_temperature: celsius,
  min_temperature: celsius,
  max_temperature: celsius,
  avg_soc: percent,
  min_soc: percent,
  max_soc: percent,
};

/** The JSON of each endpoint; tests hold the real answers against it. */
export const responses = {
  Overview: z
    .object({
      total_rows: count,
      device_count: count,
      first_timestamp: instant.nullable(),
      last_timestamp: instant.nullable(),
    })
    .meta({ id: 'Overview' }),
  DailySummary: z
    .object({ device_id: deviceId, date: z.iso.date(), ...statistics })
    .meta({ id: 'DailySummary', description: 'One device on one day, ordered by device, then date.' }),
  Device: z
    .object({ device_id: deviceId, first_seen: instant, last_seen: instant, ...statistics })
    .meta({ id: 'Device' }),
  LatestReading: z
    .object({ device_id: deviceId, timestamp: instant, voltage: volts, temperature: celsius, soc: percent })
    .meta({ id: 'LatestReading', description: 'The newest reading of a device: one real row.' }),
  Reading: z
    .object({ device_id: deviceId, timestamp: instant, voltage: volts, temperature: celsius, soc: percent })
    .meta({ id: 'Reading', description: 'One row as it stands in its object, to the microsecond.' }),
  Problem: z
    .looseObject({
      status: z.int(),
      code: z.string().meta({ example: 'BAD_USER_INPUT' }),
      detail: z.string().meta({ description: 'What was expected and what came.' }),
    })
    .meta({ id: 'Problem', description: 'RFC 9457 problem details.' }),
};

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: responses.Problem } },
});

const dataProblems = {
  400: problem('A parameter is not as expected.'),
  ...accessProblems(problem),
  421: problem('The request is for a host that this service does not go by.'),
  431: problem('URL and headers together are longer than 16 KiB. Ask for fewer devices at once.'),
  500: problem('A query that fails, or a defect. The log has the reason.'),
  503: problem('There is nothing to answer from yet, or the store does not answer. Worth asking again.'),
  504: problem('The statement ran past its deadline.'),
};

const nextPage = z.string().optional().meta({ description: 'The next page (RFC 8288), when there is one.' });

/** What an answer rests on. */
const datasetHeaders = {
  'X-Dataset-Version': z.string().meta({ description: 'As `dataset { version }` of GraphQL.' }),
  'X-Dataset-Coverage': z
    .string()
    .meta({ description: 'As `dataset { coverage }`: 1 unless the rollups are built for the first time.' }),
};

/** Answered in JSON alone. */
function operation(
  summary: string,
  json: z.ZodType,
  query?: z.ZodObject,
  headers?: Record<string, z.ZodType>,
): ZodOpenApiOperationObject {
  return {
    summary,
    ...(query === undefined ? {} : { requestParams: { query } }),
    responses: {
      200: {
        description: 'The answer.',
        content: { 'application/json': { schema: json } },
        headers: z.object({ ...datasetHeaders, ...headers }),
      },
      ...dataProblems,
    },
  };
}

/** The same in every format. @param json unset: it is not answered in JSON */
function tableOperation(
  summary: string,
  json: z.ZodType | undefined,
  query: z.ZodObject,
  headers?: Record<string, z.ZodType>,
): ZodOpenApiOperationObject {
  return {
    summary,
    requestParams: { query },
    responses: {
      200: {
        description: 'The answer, in the format of the extension or of `Accept`.',
        content: {
          ...(json === undefined ? {} : { 'application/json': { schema: json } }),
          ...exportContent,
        },
        headers: z.object({ ...datasetHeaders, ...exportHeaders, ...headers }),
      },
      ...dataProblems,
      ...exportProblems(problem),
    },
  };
}

interface OpenApiOptions {
  /** Who asks has to say who they are. */
  readonly secured: boolean;
}

/** The OpenAPI 3.1 document of the REST endpoints, made of the schemas that check them. */
export function openApiDocument(
  version: string,
  queries: readonly NamedQuery[] = [],
  { secured }: OpenApiOptions = { secured: false },
) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Telemetry Analytics API',
      version,
      description:
        'Battery telemetry from Parquet objects. Read-only. The same answers, and more, come typed from GraphQL at `/graphql`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    components: { securitySchemes: SECURITY_SCHEMES },
    ...(secured ? { security: CREDENTIALS } : {}),
    paths: {
      '/overview': { get: operation('The whole fleet in four figures', responses.Overview) },
      '/daily-summary': {
        get: tableOperation('Readings by device and day', z.array(responses.DailySummary), dayParameters),
      },
      '/devices': {
        get: tableOperation(
          'Devices and their readings summed up',
          z.array(responses.Device),
          devicesParameters,
          {
            'X-Total-Count': z.string().meta({ description: 'Devices on all pages together.' }),
            Link: nextPage,
          },
        ),
      },
      '/devices/latest': {
        get: tableOperation(
          'The newest reading of each device',
          z.array(responses.LatestReading),
          deviceParameters,
        ),
      },
      '/readings': {
        get: operation(
          'The rows of one device, by time. In other formats than JSON: see /readings.csv',
          z.array(responses.Reading),
          readingsParameters,
          { Link: nextPage },
        ),
      },
      '/series': {
        get: tableOperation('Metrics over time, made for charts', z.array(seriesResponse), seriesParameters),
      },
      '/readings.csv': {
        get: tableOperation(
          'Raw readings, all of them, in the order in which they are stored; also .ndjson, .parquet and .arrow',
          undefined,
          readingsExportParameters,
        ),
      },
      ...queryPaths(queries, {
        headers: z.object({ ...datasetHeaders, ...exportHeaders }),
        problems: { ...dataProblems, ...exportProblems(problem) },
        refusals: { 403: problem('Only for who may see every device.') },
        content: exportContent,
      }),
      '/refresh': {
        post: {
          summary: 'List the objects again, now',
          description:
            'For whoever knows that there is something new: with REFRESH_TOKEN, or with a key or token that has the permission `refresh`.',
          security: CREDENTIALS,
          responses: {
            200: {
              description: 'Listed; what takes long goes on in the background.',
              content: {
                'application/json': {
                  schema: z.object({ version: z.string().nullable(), changed: z.boolean() }),
                },
              },
            },
            ...accessProblems(problem),
            404: problem('It is off: there is no REFRESH_TOKEN, and no one else who may.'),
          },
        },
      },
      ...healthPaths(secured, problem),
    },
  });
}
