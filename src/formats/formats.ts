import { arrow } from './arrow.ts';
import { csv } from './csv.ts';
import { ndjson } from './ndjson.ts';
import { parquet } from './parquet.ts';
import type { Format } from './table.ts';

/** The formats that are streamed. JSON answers come from where they are made. */
export const FORMATS: readonly Format[] = [csv, ndjson, parquet, arrow];
