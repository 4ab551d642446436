import { mkdir } from 'node:fs/promises';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/config.ts';
import { ReadingEngines } from '../../src/engine/reading-engines.ts';
import { createStorage } from '../../src/storage/create-storage.ts';
import { ask, startService } from '../child.ts';
import type { Settings } from '../data.ts';
import { scratchFolder } from '../folders.ts';
import { load, loadCalls, sideBySide } from '../load.ts';
import { deviceIds } from './device-ids.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 3;
const ONE_AT_A_TIME = { connections: 1, seconds: 2 };
const AT_MOST = 1.3;
const DAY_MS = 86_400_000;
/** Objects are days, and by key in their order. */
const DAY = 9;
/** A page holds no more, and over 500 million readings a day does. */
const MOST = 10_000;

const SQL = `SELECT device_id, "timestamp", voltage, temperature, soc
FROM read_parquet($paths)
WHERE device_id = $device_id AND "timestamp" >= CAST($from AS TIMESTAMP) AND "timestamp" < CAST($to AS TIMESTAMP)
ORDER BY "timestamp"
LIMIT ${MOST}`;

/**
 * The rows of one device on one day: the service has to find the object that holds them, DuckDB is told.
 * @param state of a service that has rolled up and is stopped
 */
export async function readingsRow(settings: Settings, state: string): Promise<Row> {
  const service = await startService({ ...settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  const duckdb = await openDuckDb(settings);
  try {
    const { overview } = await ask(service.url, '{ overview { firstTimestamp } }');
    const { firstTimestamp } = overview as { firstTimestamp: string };
    const midnight = Date.parse(firstTimestamp.slice(0, 10)) + DAY * DAY_MS;
    const [from, to] = [new Date(midnight).toISOString(), new Date(midnight + DAY_MS).toISOString()];
    const ids = await deviceIds(service.url);
    const params = { device_id: ids[Math.floor(ids.length / 2)] ?? '', from, to };
    const url = `${service.url}/readings?${new URLSearchParams({ ...params, first: String(MOST) })}`;

    const expected = await duckdb.json(params);
    const came = await (await fetch(url)).text();
    if (came !== expected) throw new Error('The two do not answer the same');
    const ours = async () => (await load(url, [], ONE_AT_A_TIME)).p50;
    const theirs = async () => (await loadCalls(() => duckdb.json(params), ONE_AT_A_TIME)).p50;
    await ours();
    await theirs();
    return timeRow(
      {
        what: '`GET /readings`: the rows of one device on one day, at most 10,000, no response cache, one at a time, p50',
        against:
          'DuckDB in this process over just the object of that day, and `JSON.stringify` of its rows, p50',
        ...(await sideBySide(ROUNDS, ours, theirs)),
        ifMissed:
          'The service compares the object after it has been read, and carries the answer over HTTP: 2 to 3 ms, however long the day. Over 2 million readings, where a day has 333 rows and DuckDB alone takes as long, that is most of the answer; the target is for 50 million.',
      },
      AT_MOST,
      'ms',
    );
  } finally {
    await duckdb.close();
    await service.stop();
  }
}

/** The engine as the service sets it up, and the one object. */
async function openDuckDb(settings: Settings) {
  // The AWS SDK reads its credentials there.
  Object.assign(process.env, settings);
  const scratch = await scratchFolder();
  const config = loadConfig({ ...settings, STATE_DIR: scratch.directory });
  await mkdir(config.engine.tempDirectory, { recursive: true });
  const engines = await ReadingEngines.create(config.engine);
  const { storage } = await createStorage(config, engines, pino({ level: 'error' }));
  const objects = (await storage.list()).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const object = objects[DAY];
  if (object === undefined) throw new Error(`expected more than ${DAY} objects`);
  const open = await storage.open([object]);
  return {
    json: async (params: Readonly<Record<string, string>>) =>
      JSON.stringify(
        await engines.asking.run({ name: 'rows', sql: SQL, params: { ...params, paths: open.paths } }),
      ),
    close: async () => {
      open.release();
      await engines.close();
      await storage.close();
      await scratch.remove();
    },
  };
}
