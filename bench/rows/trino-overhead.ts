import { randomUUID } from 'node:crypto';
import { startService } from '../child.ts';
import type { BenchCluster } from '../cluster.ts';
import type { Settings } from '../data.ts';
import { seconds, sideBySide } from '../load.ts';
import { figure, type Row, timeRow } from './row.ts';

const ROUNDS = 5;
/** The JVM compiles what runs often; both sides run it as often. */
const WARM_UPS = 5;
const AT_MOST = 1.1;
/** The target is for statements that take as long. */
const LONG_SECONDS = 1;

const bins = (metric: string) =>
  `${metric.toLowerCase()}: histogram(metric: ${metric}) { readingCount bins { lower upper count } }`;

const QUESTIONS = [
  {
    what: '`histogram` of three metrics over everything',
    query: `{ ${['VOLTAGE', 'TEMPERATURE', 'SOC'].map(bins).join(' ')} }`,
  },
  {
    what: '`series` of all devices, standard deviation of three metrics by day',
    query: `{ series(bucket: "1d", aggregate: STDDEV, fill: NONE) {
      deviceId timestamps metrics { values min max count }
    } }`,
  },
];

/**
 * What the service adds to a statement on the cluster: the whole answer over HTTP against the very same text, posted to the
 * cluster and read to its end.
 */
export async function trinoOverheadRows(
  settings: Settings,
  cluster: BenchCluster,
  state: string,
): Promise<Row[]> {
  const service = await startService({ ...settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  try {
    const rows: Row[] = [];
    for (const { what, query } of QUESTIONS) {
      const sql = await statementOf(service.url, cluster, query);
      const ours = () => seconds(() => answer(service.url, query));
      const theirs = () => seconds(() => cluster.execute(sql));
      await sideBySide(WARM_UPS, ours, theirs);
      await cluster.takeWork();
      const pair = await sideBySide(ROUNDS, ours, theirs);
      const { statements, cpuSeconds } = await cluster.takeWork();
      const isLong = pair.theirs >= LONG_SECONDS;
      rows.push(
        timeRow(
          {
            what: `${what}, \`ENGINE=trino\`, no response cache`,
            against: 'its statement, sent straight to the cluster',
            ...pair,
            ifMissed: isLong
              ? 'After each statement the store is asked for the ETags of all objects, and the client and the service share two cores with the cluster.'
              : 'The target is for statements of a second and more, and this one takes less: what the service adds is the same some hundredths of a second, however long a statement takes.',
            note: `${difference(pair.ours - pair.theirs)}; each time the cluster computes for ${figure(cpuSeconds / statements)} s of its cores’ time`,
          },
          AT_MOST,
          's',
        ),
      );
    }
    return rows;
  } finally {
    await service.stop();
  }
}

const difference = (more: number) => `${Math.abs(Math.round(more * 1000))} ms ${more < 0 ? 'less' : 'more'}`;

/** The one statement that the cluster is sent for a question. */
async function statementOf(url: string, cluster: BenchCluster, query: string): Promise<string> {
  // A process that has just begun looks at the table, and counts what it shows of each object.
  await answer(url, query);
  const requestId = randomUUID();
  await answer(url, query, requestId);
  const [sql, ...others] = await cluster.statementsOf(requestId);
  if (sql === undefined || others.length > 0) {
    throw new Error(
      `expected one statement on the cluster, but got ${sql === undefined ? 'none' : others.length + 1}`,
    );
  }
  return sql;
}

async function answer(url: string, query: string, requestId: string = randomUUID()): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': requestId },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(text.slice(0, 500));
}
