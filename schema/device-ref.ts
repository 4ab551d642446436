import { builder } from './builder.ts';
import type { DeviceSummary } from './context.ts';

/** A device by its id; the summary is loaded where it is not at hand yet. */
export interface DeviceShape {
  readonly deviceId: string;
  readonly summary?: DeviceSummary;
}

/** Apart from `device.ts`, since the types that lead back to their device are fields of it too. */
export const DeviceRef = builder.objectRef<DeviceShape>('Device');
