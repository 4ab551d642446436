import { ask, startBenchServer } from '../child.ts';
import { load, sideBySide } from '../load.ts';
import { type Row, requestsRow } from './row.ts';

const METRIC_FIELDS = ['Voltage', 'Temperature', 'Soc']
  .flatMap((metric) => ['avg', 'min', 'max'].map((statistic) => statistic + metric))
  .join(' ');
const SUMMARY = `readingCount ${METRIC_FIELDS}`;

export const DAILY_FIELDS = `deviceId date ${SUMMARY}`;
export const DEVICE_FIELDS = `deviceId firstSeen lastSeen ${SUMMARY}`;

const QUESTIONS = [
  {
    what: '`overview` over GraphQL, 32 connections',
    against: 'bare Yoga, constant `overview`',
    query: '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }',
    atLeast: 1.5,
  },
  {
    what: '`devices`: 200 devices and their summaries, 13 fields',
    against: 'bare Yoga, 200 constant objects of the same fields',
    query: `{ devices { edges { node { ${DEVICE_FIELDS} } } } }`,
    atLeast: 2.5,
  },
  {
    what: '`dailySummaries`: 6,000 rows, 12 fields',
    against: 'bare Yoga, 6,000 constant objects of the same fields',
    query: `{ dailySummaries { ${DAILY_FIELDS} } }`,
    atLeast: 4,
  },
];
const ROUNDS = 3;

/** The service against Yoga without any work behind it. */
export async function graphqlRows(service: string): Promise<Row[]> {
  const answers = Object.assign(
    {},
    ...(await Promise.all(QUESTIONS.map(({ query }) => ask(service, query)))),
  );
  const bare = await startBenchServer('bare-yoga.ts', {}, answers);
  try {
    const rows: Row[] = [];
    for (const { what, against, query, atLeast } of QUESTIONS) {
      const [one, other] = await Promise.all([ask(service, query), ask(bare.url, query)]);
      if (JSON.stringify(one) !== JSON.stringify(other)) throw new Error(`${query}: the answers differ`);
      const body = JSON.stringify({ query });
      const rate = async (url: string) => (await load(`${url}/graphql`, [body])).perSecond;
      await load(`${service}/graphql`, [body], { seconds: 1 });
      await load(`${bare.url}/graphql`, [body], { seconds: 1 });
      const pair = await sideBySide(
        ROUNDS,
        () => rate(service),
        () => rate(bare.url),
      );
      const ifMissed =
        'What is left is the server’s own work for a request and the client on the same cores.';
      rows.push(requestsRow({ what, against, ...pair, ifMissed }, atLeast));
    }
    return rows;
  } finally {
    await bare.stop();
  }
}
