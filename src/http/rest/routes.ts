import { DEVICE_ORDER_FIELDS, type DevicesArgs } from '../../../schema/context.ts';
import { camelCase, snakeKeys } from '../../loaders/camel-case.ts';
import type { Operations } from '../operation.ts';
import type { Routes } from '../plugins/use-routes.ts';
import { type Answer, answerOver } from './answer.ts';
import {
  dayParameters,
  deviceParameters,
  devicesParameters,
  noParameters,
  parseParameters,
} from './parameters.ts';
import { answerReadings } from './readings.ts';
import { askSeries } from './series.ts';

/** The endpoints that the service has had from its beginning. A thin face: they ask what GraphQL asks. */
export function restRoutes(operations: Operations): Routes {
  const answer = (ask: Answer) => answerOver(operations, ask);
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
    '/readings': answer(answerReadings),
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
