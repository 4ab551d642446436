import type { Tree } from './parse-tree.ts';

/** Those that read the objects whose paths they are given. */
export const SNAPSHOT_FUNCTIONS = [
  'parquet_bloom_probe',
  'parquet_file_metadata',
  'parquet_kv_metadata',
  'parquet_metadata',
  'parquet_scan',
  'parquet_schema',
  'read_parquet',
];

/** Whether a call names no other paths than those of the snapshot: `{{S3_PATH}}`, some of it (`[1:2]`), or one (`[1]`). */
export function readsSnapshotOnly({ children }: Tree): boolean {
  const [paths] = Array.isArray(children) ? (children as Tree[]) : [];
  return isList(paths) || (paths?.['type'] === 'ARRAY_EXTRACT' && isList(firstOf(paths)));
}

/** A path that is put together, or a part of one (`[1][1:9]`), may lead anywhere: so only lists are cut. */
function isList(node: Tree | undefined): boolean {
  if (node?.['class'] === 'PARAMETER') return node['identifier'] === 's3_path';
  return node?.['type'] === 'ARRAY_SLICE' && isList(firstOf(node));
}

function firstOf({ children }: Tree): Tree | undefined {
  return Array.isArray(children) ? children[0] : undefined;
}
