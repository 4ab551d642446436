import { pino } from 'pino';
import type { DevicesArgs } from '../../schema/context.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Statement } from '../../src/engine/engine.ts';
import { pageOfDevices } from '../../src/loaders/device-page.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import { DAILY_SUMMARY_UTC_SQL, DEVICE_LATEST_SQL, DEVICES_SQL } from '../../src/rollup/summaries-sql.ts';
import { startService } from '../child.ts';
import { load, loadCalls, sideBySide } from '../load.ts';
import { DAILY_FIELDS, DEVICE_FIELDS } from './graphql.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 3;
const ONE_AT_A_TIME = { connections: 1, seconds: 2 };
const AT_MOST = 2;

const ALL_DEVICES: DevicesArgs = {
  first: null,
  after: null,
  last: null,
  before: null,
  filter: { ids: null, search: null, seenSince: null, seenBefore: null },
  orderBy: { field: 'deviceId', direction: 'ASC' },
};

/**
 * What GraphQL adds to long lists that are in no cache: their statement and one `JSON.stringify` are the least that any
 * service could do.
 * @param state of a service that has rolled up and is stopped
 * @param copy of `state`, since a store is open in one process at a time
 */
export async function uncachedListRows(
  settings: Readonly<Record<string, string>>,
  state: string,
  copy: string,
): Promise<Row[]> {
  const lists = [
    {
      what: '`dailySummaries`: 6,000 rows, 12 fields',
      query: `{ dailySummaries { ${DAILY_FIELDS} } }`,
      statement: {
        name: 'daily_summary',
        sql: DAILY_SUMMARY_UTC_SQL,
        params: { device_ids: null, from: null, to: null },
      },
    },
    {
      what: '`devices`: 200 devices and their summaries, 13 fields',
      query: `{ devices { edges { node { ${DEVICE_FIELDS} } } } }`,
      statement: await devicesStatement(),
    },
  ];
  const service = await startService({ ...settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  const { engine } = loadConfig({ STATE_DIR: copy });
  const store = await RollupStore.open({ directory: copy, engine, log: pino({ level: 'error' }) });
  try {
    const rows: Row[] = [];
    for (const { what, query, statement } of lists) {
      const alone = async () =>
        JSON.stringify(await store.run({ rollups: store.version, scope: null }, statement));
      const ours = async () =>
        (await load(`${service.url}/graphql`, [JSON.stringify({ query })], ONE_AT_A_TIME)).p50;
      const theirs = async () => (await loadCalls(alone, ONE_AT_A_TIME)).p50;
      await ours();
      await theirs();
      const pair = {
        what: `${what}, no response cache, one at a time, p50`,
        against: 'the same SQL on the rollup store alone and `JSON.stringify` of its rows, p50',
        ...(await sideBySide(ROUNDS, ours, theirs)),
        ifMissed:
          'Every row is checked and its fields are chosen; HTTP carries the answer to another process.',
      };
      rows.push(timeRow(pair, AT_MOST, 'ms'));
    }
    return rows;
  } finally {
    await store.close();
    await service.stop();
  }
}

/** The statement of a page of all devices, as the service sends it. */
async function devicesStatement(): Promise<Statement> {
  let sent: Statement | undefined;
  const run = async (scan: Statement) => {
    sent = scan;
    return [];
  };
  await pageOfDevices(
    { summarySql: DEVICES_SQL, latestSql: DEVICE_LATEST_SQL, newestReading: async () => null, run },
    ALL_DEVICES,
  );
  if (sent === undefined) throw new Error('expected a statement');
  return sent;
}
