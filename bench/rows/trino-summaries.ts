import { startService } from '../child.ts';
import type { Settings } from '../data.ts';
import { load, sideBySide } from '../load.ts';
import { DAILY_FIELDS, DEVICE_FIELDS } from './graphql.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 5;
const ONE_AT_A_TIME = { connections: 1, seconds: 2 };
/** The same work: what differs is the machine from round to round. */
const AT_MOST = 1.2;

const QUESTIONS = [
  ['`overview`', '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }'],
  ['`devices`: 200 devices, 13 fields', `{ devices { edges { node { ${DEVICE_FIELDS} } } } }`],
  ['`dailySummaries`: 6,000 rows, 12 fields', `{ dailySummaries { ${DAILY_FIELDS} } }`],
] as const;

/** Summaries from rollups that the cluster has made, and from those that the embedded engine has. Both must answer alike. */
export async function trinoSummaryRows(
  cluster: { readonly settings: Settings; readonly state: string },
  embedded: { readonly settings: Settings; readonly state: string },
): Promise<Row[]> {
  const start = ({ settings, state }: typeof cluster) =>
    startService({ ...settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  const one = await start(cluster);
  try {
    const other = await start(embedded);
    try {
      const rows: Row[] = [];
      for (const [what, query] of QUESTIONS) {
        const body = JSON.stringify({ query });
        const p50 = async (url: string) => (await load(`${url}/graphql`, [body], ONE_AT_A_TIME)).p50;
        if ((await text(one.url, body)) !== (await text(other.url, body))) {
          throw new Error(`${query}: the answers differ`);
        }
        const pair = () =>
          sideBySide(
            ROUNDS,
            () => p50(one.url),
            () => p50(other.url),
          );
        await pair();
        rows.push(
          timeRow(
            {
              what: `${what}, \`ENGINE=trino\`, no response cache, one at a time, p50`,
              against: 'the same with `ENGINE=duckdb`',
              ...(await pair()),
              ifMissed: 'The cluster has no part in it but a JVM on the same two cores.',
            },
            AT_MOST,
            'ms',
          ),
        );
      }
      return rows;
    } finally {
      await other.stop();
    }
  } finally {
    await one.stop();
  }
}

async function text(url: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return JSON.stringify(data);
}
