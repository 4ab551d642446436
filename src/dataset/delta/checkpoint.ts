import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { pause } from '../../pace.ts';

/** Beside these a checkpoint has statistics of all columns of all files, which are most of it. */
const WANTED = [
  ['add', 'path'],
  ['add', 'partitionValues'],
  ['add', 'deletionVector'],
  ['metaData', 'id'],
  ['metaData', 'partitionColumns'],
  ['metaData', 'configuration'],
  ['metaData', 'schemaString'],
  ['protocol'],
  ['sidecar', 'path'],
];
/** Snappy is read by the library itself. */
const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** The rows of a checkpoint in Parquet, as far as they are of use here: one row group at a time, which is decoded as a whole. */
export async function* checkpointRows(file: AsyncBuffer): AsyncGenerator<readonly unknown[], void> {
  const metadata = prune(await parquetMetadataAsync(file, { geoparquet: false }));
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    yield await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
    rowStart = rowEnd;
    await pause();
  }
}

/** As if the file had no other columns. */
function prune(metadata: FileMetaData): FileMetaData {
  const { schema, row_groups } = metadata;
  const kept: FileMetaData['schema'] = [];
  let index = 0;
  /** @returns whether the element, of which all below follow, is kept */
  const walk = (path: readonly string[]): boolean => {
    const element = schema[index++];
    if (element === undefined) return false;
    const place = kept.length;
    kept.push(element);
    let children = 0;
    for (let child = 0; child < (element.num_children ?? 0); child++) {
      const name = schema[index]?.name ?? '';
      if (walk([...path, name])) children++;
    }
    const isLeaf = element.num_children === undefined || element.num_children === 0;
    if (isLeaf ? !isWanted(path) : children === 0) {
      kept.length = place;
      return false;
    }
    if (!isLeaf) kept[place] = { ...element, num_children: children };
    return true;
  };
  walk([]);
  return {
    ...metadata,
    schema: kept,
    row_groups: row_groups.map((group) => ({
      ...group,
      columns: group.columns.filter(({ meta_data }) => isWanted(meta_data?.path_in_schema ?? [])),
    })),
  };
}

function isWanted(path: readonly string[]): boolean {
  return WANTED.some((wanted) => wanted.every((name, place) => path[place] === name));
}
