import type { Reading, ReadingsArgs, Telemetry } from '../../../schema/context.ts';
import { jsonResponse } from '../piecewise.ts';
import { parseParameters, readingsParameters } from './parameters.ts';

/** Rows of a page, column by column as REST names them. */
const toRow = ({ deviceId, timestamp, voltage, temperature, soc }: Reading) => ({
  device_id: deviceId,
  timestamp,
  voltage,
  temperature,
  soc,
});

/** `GET /readings`: a page of the rows of one device, and in `Link` (RFC 8288) the way to the next one. */
export async function answerReadings(telemetry: Telemetry, url: URL): Promise<Response> {
  const { deviceId, args } = readingsArgs(url.searchParams);
  const { edges, pageInfo } = await telemetry.readings(deviceId, args);
  const response = jsonResponse(edges.map(({ node }) => toRow(node)));
  if (pageInfo.hasNextPage && pageInfo.endCursor !== null) {
    const next = new URLSearchParams(url.searchParams);
    next.set('after', pageInfo.endCursor);
    response.headers.set('link', `<${url.pathname}?${next}>; rel="next"`);
  }
  return response;
}

function readingsArgs(search: URLSearchParams): { deviceId: string; args: ReadingsArgs } {
  const given = parseParameters(readingsParameters, search);
  return {
    deviceId: given.device_id,
    args: {
      from: given.from ?? null,
      to: given.to ?? null,
      direction: given.direction === 'asc' ? 'ASC' : 'DESC',
      first: given.first ?? null,
      after: given.after ?? null,
      last: null,
      before: null,
    },
  };
}
