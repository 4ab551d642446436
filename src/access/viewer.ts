/** What a viewer may do besides seeing devices: `read` questions, `refresh` the listing, `explain` what an answer cost. */
export const PERMISSIONS = ['read', 'refresh', 'explain'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Devices by id, or by how their ids begin; a device that meets one of them is in. */
export interface DeviceScope {
  readonly ids: readonly string[];
  readonly prefixes: readonly string[];
}

/** Who asks. */
export interface Viewer {
  /** Names the viewer in logs and limits; no secret. */
  readonly id: string;
  /** null: every device, and whatever lies in the bucket. */
  readonly devices: DeviceScope | null;
  readonly permissions: ReadonlySet<Permission>;
}

/** Whoever reaches the port, where nobody has to say who they are. */
export const ANYONE: Viewer = {
  id: 'anyone',
  devices: null,
  permissions: new Set(PERMISSIONS),
};
