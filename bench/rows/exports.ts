import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { startService } from '../child.ts';
import { generated } from '../generated.ts';
import { OBJECTS } from '../options.ts';
import { type Row, timeRow } from './row.ts';

const READINGS = 1_000_000;
const ROUNDS = 5;
const AT_MOST = 6;

/**
 * A million readings as CSV: over HTTP to a client that reads them all, against DuckDB's COPY to a file.
 * @param folder where the service and DuckDB may write
 */
export async function exportRow(folder: string): Promise<Row> {
  const directory = await generated({ readings: READINGS, objects: OBJECTS });
  const service = await startService({ DATA_DIR: directory, STATE_DIR: path.join(folder, 'state') });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const file = path.join(folder, 'readings.csv');
  try {
    const download = async () => {
      // COPY compresses nothing either, and `fetch` asks for it unless told otherwise.
      const response = await fetch(`${service.url}/readings.csv`, {
        headers: { 'accept-encoding': 'identity' },
      });
      if (!response.ok || response.body === null) throw new Error(await response.text());
      for await (const _ of response.body);
    };
    const copy = async () => {
      const source = `read_parquet('${directory}/**/*.parquet')`;
      await connection.run(
        `COPY (SELECT device_id, "timestamp", voltage, temperature, soc FROM ${source}) TO '${file}' (FORMAT csv)`,
      );
    };
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await seconds(download));
      theirs.push(await seconds(copy));
    }
    return timeRow(
      {
        what: '`GET /readings.csv`, 1 million readings',
        against: "DuckDB's COPY of the same to a file",
        ours: Math.min(...ours),
        theirs: Math.min(...theirs),
        ifMissed:
          'COPY writes text with all cores; the service with one, which it shares with a client on this machine.',
      },
      AT_MOST,
      's',
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
    await service.stop();
    await rm(file, { force: true });
  }
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}
