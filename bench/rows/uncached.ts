import { pino } from 'pino';
import { loadConfig } from '../../src/config/config.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import { DAILY_SUMMARY_UTC_SQL } from '../../src/rollup/summaries-sql.ts';
import { startService } from '../child.ts';
import type { Settings } from '../data.ts';
import { CONNECTIONS, load, loadCalls, sideBySide } from '../load.ts';
import { deviceIds } from './device-ids.ts';
import { DAILY_FIELDS } from './graphql.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 3;
const SECONDS = 2;
const QUERY = `query ($id: ID!) { dailySummaries(deviceIds: [$id]) { ${DAILY_FIELDS} } }`;

/**
 * Nothing is answered from memory: another device in every request, and no response cache.
 * @param state of a service that has rolled up and is stopped
 * @param copy of `state`, since a store is open in one process at a time
 */
export async function uncachedRows(settings: Settings, state: string, copy: string): Promise<Row[]> {
  const service = await startService({ ...settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  const { engine } = loadConfig({ STATE_DIR: copy });
  const store = await RollupStore.open({ directory: copy, engine, log: pino({ level: 'error' }) });
  try {
    const ids = await deviceIds(service.url);
    const bodies = ids.map((id) => JSON.stringify({ query: QUERY, variables: { id } }));
    const sql = (index: number) =>
      store.run(
        { rollups: store.version, scope: null },
        {
          name: 'daily_summary',
          sql: DAILY_SUMMARY_UTC_SQL,
          params: { device_ids: [ids[index % ids.length] ?? ''], from: null, to: null },
        },
      );

    const rows: Row[] = [];
    for (const connections of [1, CONNECTIONS]) {
      const options = { connections, seconds: SECONDS };
      const ours = async () => (await load(`${service.url}/graphql`, bodies, options)).p50;
      const theirs = async () => (await loadCalls(sql, options)).p50;
      await ours();
      const pair = await sideBySide(ROUNDS, ours, theirs);
      rows.push(
        timeRow(
          {
            what: `one device’s \`dailySummaries\`, another in every request, no response cache, ${connections} at a time, p50`,
            against: 'the same SQL on the rollup store alone, as many at a time, p50',
            ...pair,
            ifMissed:
              'HTTP, the execution of GraphQL and the client share two cores with DuckDB; the statement alone has them to itself.',
          },
          2,
          'ms',
        ),
      );
    }
    return rows;
  } finally {
    await store.close();
    await service.stop();
  }
}
