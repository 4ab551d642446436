import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { figure, type Row } from './row.ts';

/** What OPERATIONS.md tells to reckon with. */
const MOST_BYTES = 110;

/**
 * What the rollups take up on disk for each partial: all levels, and what of the file is free.
 * @param state of a service that has rolled up and is stopped
 */
export async function storeSizeRow(state: string): Promise<Row> {
  const file = path.join(state, 'rollups.duckdb');
  const { size } = await stat(file);
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll('SELECT CAST(count(*) AS DOUBLE) FROM partials');
    const partials = Number(result.getRows()[0]?.[0]);
    const each = size / partials;
    return {
      what: `the rollup store on disk, ${partials.toLocaleString('en')} partials, each of a device, a slot and an object`,
      ours: `${figure(size / 1e6)} MB`,
      against: '–',
      theirs: '–',
      target: `≤ ${MOST_BYTES} bytes each`,
      measured: `${figure(each)} bytes each`,
      met: each <= MOST_BYTES,
      ifMissed: 'A file of DuckDB does not shrink: what was staged and merged leaves free blocks.',
    };
  } finally {
    instance.closeSync();
  }
}
