import type { Connection, PageArgs } from './connection-types.ts';

export interface DatasetInfo {
  readonly version: string;
  /** false for who may see some devices only. */
  readonly isWhole: boolean;
  readonly source: 'SAMPLE' | 'LOCAL' | 'S3';
  readonly readMode: 'LOCAL' | 'DIRECT' | 'CACHED';
  readonly refreshedAt: string;
  readonly rolledUp: boolean;
  /** The stretches of time that the rollups are of; null while there are none. */
  readonly rollupGrain: 'HOUR' | 'DAY' | null;
  /** From 0 to 1. */
  readonly coverage: number;
  readonly progress: RollupProgress | null;
  readonly quarantined: readonly QuarantinedObject[];
}

export interface DatasetSize {
  readonly objectCount: number;
  readonly bytes: number;
}

export interface RollupProgress {
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly secondsLeft: number | null;
}

export interface QuarantinedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: string;
  readonly reason: string;
}

/** What an object is to the answers. */
type ObjectStatus = 'READ' | 'QUARANTINED' | 'WAITING';

/** One object of the snapshot. */
export interface DatasetObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: string;
  readonly status: ObjectStatus;
  /** null unless it is quarantined. */
  readonly reason: string | null;
  /** By its footer; null when it cannot be read, and for who may see some devices only. */
  readonly rowCount: number | null;
}

/** The readings of an object, of the devices that the viewer may see. */
export interface ObjectContents {
  readonly readingCount: number;
  readonly deviceCount: number;
  readonly firstTimestamp: string | null;
  readonly lastTimestamp: string | null;
}

export const OBJECT_ORDER_FIELDS = ['key', 'size', 'lastModified'] as const;

export interface ObjectOrder {
  readonly field: (typeof OBJECT_ORDER_FIELDS)[number];
  readonly direction: 'ASC' | 'DESC';
}

export interface ObjectsArgs extends PageArgs {
  /** Part of the key, upper and lower case alike; null: any. */
  readonly search: string | null;
  /** null: any. */
  readonly status: ObjectStatus | null;
  readonly orderBy: ObjectOrder;
}

/** Which devices changed between two snapshots, and on which days (UTC). */
export interface DatasetChanges {
  /** null: there is nothing to compare with. */
  readonly since: string | null;
  readonly version: string;
  /** false: what changed is not known. */
  readonly complete: boolean;
  /** By device. */
  page(args: PageArgs): Connection<ChangedDevice>;
}

export interface ChangedDevice {
  readonly deviceId: string;
  /** In order. */
  readonly days: readonly string[];
}
