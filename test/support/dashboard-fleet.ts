import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { generateSample } from '../../src/sample/generate-sample.ts';
import { type RunningServer, serve } from '../../src/serve.ts';

/** The end of the readings: clocks in Europe were put forward the night before. */
const FLEET_END = new Date('2026-03-30T00:00:00Z');
export const FLEET = { devices: 30, days: 6 } as const;
export const BROKEN_KEY = 'date=2026-03-30/broken.parquet';

/** A fleet with a silent, a hot and a low device, outages, and an object that is no Parquet. */
export async function writeFleet(directory: string): Promise<void> {
  const sample = path.join(directory, 'sample');
  await generateSample({ directory: sample, seed: 1, end: FLEET_END, ...FLEET });
  const broken = path.join(sample, BROKEN_KEY);
  await mkdir(path.dirname(broken), { recursive: true });
  await writeFile(broken, 'no Parquet');
}

/** The service in this process, at a port of its own, once it answers summaries. */
export async function serveOver(
  data: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const settings = { PORT: '0', DATA_DIR: data, ENGINE_MEMORY_LIMIT: '1GiB', ...environment };
  const server = await serve(loadConfig(settings), createLogger('silent'));
  // Waits for the rollups; who needs a key is answered at once, and has the page wait.
  await fetch(`${server.url}/overview`);
  return server;
}
