import { ANYONE, type DeviceScope, type Permission, type Viewer } from '../../src/access/viewer.ts';

const HEADER = 'x-test-scope';

/** Whoever sends the header sees the devices that it says; whoever does not is anyone. */
export function viewerOfHeader(request: Request): Viewer {
  const given = request.headers.get(HEADER);
  if (given === null) return ANYONE;
  const devices: DeviceScope = JSON.parse(decodeURIComponent(given));
  return { id: 'scoped', devices, permissions: new Set<Permission>(['read']) };
}

/** What to send to see just these devices; null: all. */
export function headersFor(scope: DeviceScope | null): Record<string, string> {
  return scope === null ? {} : { [HEADER]: encodeURIComponent(JSON.stringify(scope)) };
}
