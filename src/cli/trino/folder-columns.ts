import type { ManifestEntry } from '../../dataset/inspect.ts';
import type { StoredObject } from '../../storage/storage.ts';
import { RegisterError } from './register-error.ts';

const FOLDER = /^([\w-]+)=[^/]+$/;

/**
 * The columns that the folders stand for (`device_id=pack-7/date=2026-01-01/part.parquet`: `device_id`, `date`), which a table
 * is partitioned by. None where some objects lie in other folders, and where the files have one of the columns themselves:
 * the service takes what the file says, and a partition column hides it.
 * @param inFiles names of columns that files have
 * @throws RegisterError where a device stands in the key and no table could tell it
 */
export function folderColumns(
  objects: readonly StoredObject[],
  entries: readonly ManifestEntry[],
  inFiles: readonly string[],
): readonly string[] {
  const names = commonFolders(objects);
  const columns = names.some((name) => inFiles.includes(name)) ? [] : names;
  const inKey = entries.find(({ schema }) => schema.device === 'key');
  if (inKey === undefined || columns.includes('device_id')) return columns;
  const other = entries.find(({ schema }) => schema.device !== 'key');
  throw new RegisterError(
    'LAYOUT_UNREADABLE',
    `the device stands in the key of ${inKey.object.key}, so all objects are expected in folders of the same names, each like name=value, and without a column device_id, but got ${
      other?.object.key ?? outside(objects)
    }; write them anew, or give them another S3_PREFIX`,
  );
}

function commonFolders(objects: readonly StoredObject[]): readonly string[] {
  const [first, ...others] = objects.map(({ key }) => foldersOf(key));
  if (first === undefined || new Set(first).size < first.length) return [];
  return others.every((folders) => folders.join('/') === first.join('/')) ? first : [];
}

/** Their names; one that has none is empty. */
function foldersOf(key: string): string[] {
  return key
    .split('/')
    .slice(0, -1)
    .map((folder) => FOLDER.exec(folder)?.[1]?.toLowerCase() ?? '');
}

/** One that lies elsewhere than most do. */
function outside(objects: readonly StoredObject[]): string | undefined {
  const groups = [...Map.groupBy(objects, ({ key }) => foldersOf(key).join('/')).values()];
  return groups.toSorted((one, other) => one.length - other.length)[0]?.[0]?.key;
}
