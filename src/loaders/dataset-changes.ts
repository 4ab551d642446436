import { z } from 'zod';
import type { ChangedDevice, DatasetChanges } from '../../schema/dataset-types.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { ArgumentError } from '../errors.ts';
import { CHANGED_SINCE_SQL } from '../rollup/change-log.ts';
import type { RollupStore } from '../rollup/store.ts';
import { cursorText, cursorValues, unknownCursor } from './cursor-text.ts';
import { pageOfList } from './list-page.ts';

/** The days (UTC) of each device that changed, in order. */
export type ChangedDays = ReadonlyMap<string, readonly string[]>;

const changedRow = z.object({
  known: z.boolean(),
  device_id: z.string().nullable(),
  days: z.array(z.string()).nullable(),
});

/** Versions are texts of our own; those of another release may look otherwise, and are not known then. */
const versionText = z.string().min(1).max(128);

/** @throws ArgumentError for what cannot be a version. One that never was, is no mistake: it is not known any more. */
export function checkVersion(argument: string, version: string): string {
  if (versionText.safeParse(version).success) return version;
  throw new ArgumentError(
    argument,
    `expected a version as \`dataset { version }\` tells it, but got: ${version === '' ? 'empty text' : `${version.length} characters`}`,
  );
}

/**
 * What changed between a version and the view, of the devices of its scope.
 * @returns null when that is not known: the log does not reach back, or there are no rollups
 * @throws DatasetChangedError when the rollups have moved on
 */
export async function changedDays(
  store: RollupStore,
  view: DatasetView,
  since: string,
  options: RunOptions,
): Promise<ChangedDays | null> {
  if (since === view.version) return new Map();
  if (view.rollups === null) return null;
  const statement = { name: 'changed_since', sql: CHANGED_SINCE_SQL, params: { since } };
  const rows = z.array(changedRow).parse(await store.run(view, statement, options));
  if (rows[0]?.known !== true) return null;
  return new Map(
    rows.flatMap(({ device_id, days }) => (device_id === null ? [] : [[device_id, days ?? []] as const])),
  );
}

/** @param changed null: not known */
export function datasetChanges(
  version: string,
  since: string | null,
  changed: ChangedDays | null,
): DatasetChanges {
  const devices = {
    items: [...(changed ?? [])].map(([deviceId, days]) => ({ deviceId, days })),
    placeOf: ({ deviceId }: ChangedDevice) => deviceId,
    compare: compareIds,
    encode: encodeCursor,
    decode: decodeCursor,
  };
  return { version, since, complete: changed !== null, page: (args) => pageOfList(devices, args) };
}

/** As the store orders them: by UTF-8 bytes. */
const compareIds = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const payload = z.tuple([z.literal('changed'), z.string()]);

function encodeCursor(deviceId: string): string {
  return cursorText(['changed', deviceId]);
}

function decodeCursor(argument: string, cursor: string): string {
  const parsed = payload.safeParse(cursorValues(cursor));
  if (!parsed.success) throw unknownCursor(argument, 'devices', cursor);
  return parsed.data[1];
}
