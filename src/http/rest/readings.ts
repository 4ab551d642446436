// The server's own, which keeps a text as it is: Node's makes bytes of it, and a text of these when it is read again.
import { Response } from '@whatwg-node/fetch';
import type { ReadingConnection, ReadingsArgs, Telemetry } from '../../../schema/context.ts';
import { parseParameters, readingsParameters } from './parameters.ts';

/** The JSON of a page of one device: what `JSON.stringify` makes of such rows, without making them first. */
function jsonOf(deviceId: string, edges: ReadingConnection['edges']): string {
  const device = `{"device_id":${JSON.stringify(deviceId)},"timestamp":"`;
  let text = '';
  for (const { node } of edges) {
    const { timestamp, voltage, temperature, soc } = node;
    text += `${text === '' ? '' : ','}${device}${timestamp}","voltage":${voltage},"temperature":${temperature},"soc":${soc}}`;
  }
  return `[${text}]`;
}

/** `GET /readings`: a page of the rows of one device, and in `Link` (RFC 8288) the way to the next one. */
export async function answerReadings(telemetry: Telemetry, url: URL): Promise<Response> {
  const { deviceId, args } = readingsArgs(url.searchParams);
  const { edges, pageInfo } = await telemetry.readings(deviceId, args);
  // The first of the formats of rows: any other takes the same ones.
  const response = new Response(jsonOf(deviceId, edges), { headers: { 'content-type': 'application/json' } });
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
