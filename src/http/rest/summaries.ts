import { DEVICE_ORDER_FIELDS, type DevicesArgs, type Telemetry } from '../../../schema/context.ts';
import { camelCase } from '../../loaders/camel-case.ts';
import { dayParameters, deviceParameters, devicesParameters, parseParameters } from './parameters.ts';

/** What a URL asks of a summary, in whatever format. */
export type SummaryQuestion = (telemetry: Telemetry, url: URL) => Promise<SummaryRows>;

export interface SummaryRows {
  /** Under the names of the schema. */
  readonly rows: readonly object[];
  readonly headers?: Readonly<Record<string, string>>;
  /** There are more rows than the URL asked for, and a `Link` to them. */
  readonly cutAt?: number;
}

export const dailySummaries: SummaryQuestion = async (telemetry, url) => {
  const { device_id, from, to, time_zone } = parseParameters(dayParameters, url.searchParams);
  const days = { from: from ?? null, to: to ?? null, timeZone: time_zone ?? 'UTC' };
  return { rows: await telemetry.dailySummaries(device_id ?? null, days) };
};

export const latestReadings: SummaryQuestion = async (telemetry, url) => {
  const { device_id } = parseParameters(deviceParameters, url.searchParams);
  return { rows: await telemetry.latestReadings(device_id ?? null) };
};

export const devices: SummaryQuestion = async (telemetry, url) => {
  const { edges, pageInfo, totalCount } = await telemetry.devices(devicesArgs(url.searchParams));
  const rows = edges.map(({ node }) => node);
  const total = { 'x-total-count': String(totalCount) };
  if (!pageInfo.hasNextPage) return { rows, headers: total };
  if (pageInfo.endCursor === null) return { rows, headers: total, cutAt: rows.length };
  const next = new URLSearchParams(url.searchParams);
  next.set('after', pageInfo.endCursor);
  return {
    rows,
    headers: { ...total, link: `<${url.pathname}?${next}>; rel="next"` },
    cutAt: rows.length,
  };
};

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
