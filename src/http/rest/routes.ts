import { DEVICE_ORDER_FIELDS, type DevicesArgs, type Telemetry } from '../../../schema/context.ts';
import { camelCase, snakeCase } from '../../loaders/camel-case.ts';
import { answerFromOneSnapshot, type Operations } from '../operation.ts';
import type { Routes } from '../plugins/use-routes.ts';
import {
  dayParameters,
  deviceParameters,
  devicesParameters,
  noParameters,
  parseParameters,
} from './parameters.ts';
import { askSeries } from './series.ts';

type Answer = (telemetry: Telemetry, url: URL) => Promise<Response>;

/** The endpoints that the service has had from its beginning. A thin face: they ask what GraphQL asks. */
export function restRoutes(operations: Operations): Routes {
  const answer = (ask: Answer) => (request: Request, url: URL) =>
    answerFromOneSnapshot(operations, request.signal, async (telemetry) => {
      const response = await ask(telemetry, url);
      const { version, coverage } = await telemetry.dataset();
      response.headers.set('x-dataset-version', version);
      response.headers.set('x-dataset-coverage', String(coverage));
      return response;
    });
  return {
    '/overview': answer(async (telemetry, url) => {
      parseParameters(noParameters, url.searchParams);
      return Response.json(snakeKeys(await telemetry.overview()));
    }),
    '/daily-summary': answer(async (telemetry, url) => {
      const { device_id, from, to, time_zone } = parseParameters(dayParameters, url.searchParams);
      const days = { from: from ?? null, to: to ?? null, timeZone: time_zone ?? 'UTC' };
      return Response.json((await telemetry.dailySummaries(device_id ?? null, days)).map(snakeKeys));
    }),
    '/devices/latest': answer(async (telemetry, url) => {
      const { device_id } = parseParameters(deviceParameters, url.searchParams);
      return Response.json((await telemetry.latestReadings(device_id ?? null)).map(snakeKeys));
    }),
    '/series': answer((telemetry, url) => askSeries(telemetry, url.searchParams)),
    '/devices': answer(async (telemetry, url) => {
      const { edges, pageInfo, totalCount } = await telemetry.devices(devicesArgs(url.searchParams));
      const headers = new Headers({ 'x-total-count': String(totalCount) });
      if (pageInfo.hasNextPage && pageInfo.endCursor !== null) {
        const next = new URLSearchParams(url.searchParams);
        next.set('after', pageInfo.endCursor);
        headers.set('link', `<${url.pathname}?${next}>; rel="next"`);
      }
      return Response.json(
        edges.map(({ node }) => snakeKeys(node)),
        { headers },
      );
    }),
  };
}

function devicesArgs(search: URLSearchParams): DevicesArgs {
  const given = parseParameters(devicesParameters, search);
  const wanted = camelCase(given.order_by);
  return {
    first: given.first ?? null,
    after: given.after ?? null,
    last: null,
    before: null,
    filter: {
      ids: given.device_id ?? null,
      search: given.search ?? null,
      seenSince: given.seen_since ?? null,
      seenBefore: given.seen_before ?? null,
    },
    orderBy: {
      field: DEVICE_ORDER_FIELDS.find((field) => field === wanted) ?? 'deviceId',
      direction: given.direction === 'asc' ? 'ASC' : 'DESC',
    },
  };
}

function snakeKeys(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [snakeCase(name), value]));
}
