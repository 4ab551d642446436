import { DuckDBInstance } from '@duckdb/node-api';
import { minMaxLttb } from '../../src/series/min-max-lttb.ts';
import { ask, startService } from '../child.ts';
import { median, sideBySide } from '../load.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 5;
const POINTS = 100_000;
const [FROM, TO] = ['2026-01-01T00:00:00Z', new Date(Date.UTC(2026, 0, 1) + POINTS * 20_000).toISOString()];

/**
 * Series without a response cache, over the generated folder: both sides read the same files of the same disk.
 * @param folder of the generated readings: 30 days from 2026-01-01
 * @param state a folder for the state of the service
 */
export async function seriesRows(folder: string, state: string): Promise<Row[]> {
  const service = await startService({ DATA_DIR: folder, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const { devices } = await ask(service.url, '{ devices { edges { node { deviceId } } } }');
    const { edges } = devices as { edges: { node: { deviceId: string } }[] };
    const ids = edges.map(({ node }) => node.deviceId);
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const files = `read_parquet('${folder.replaceAll("'", "''")}/*.parquet')`;

    /** DuckDB's own query and `JSON.stringify`, as a program would have it that does nothing else. */
    const own = async (bucket: string, index: number) => {
      const startedMs = performance.now();
      const result = await connection.runAndReadAll(
        `SELECT epoch_ms(time_bucket(INTERVAL ${bucket}, "timestamp"))::DOUBLE AS ms, avg(voltage), min(voltage),
          max(voltage), count(voltage)::DOUBLE
        FROM ${files}
        WHERE device_id = $id AND "timestamp" >= $from::TIMESTAMP AND "timestamp" < $to::TIMESTAMP
        GROUP BY ms ORDER BY ms`,
        { id: ids[index % ids.length] ?? '', from: FROM, to: TO },
      );
      const [timestamps, values, min, max, count] = result.getColumnsJS();
      JSON.stringify({ timestamps, values, min, max, count });
      return performance.now() - startedMs;
    };
    /** The whole answer over HTTP, another device each time. */
    const ours = async (args: string, index: number) => {
      const query = `query ($id: ID!) { device(deviceId: $id) { series(metrics: [VOLTAGE], fill: NONE, ${args}) {
        timestamps metrics { values min max count }
      } } }`;
      const body = JSON.stringify({ query, variables: { id: ids[index % ids.length] } });
      const startedMs = performance.now();
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await response.text();
      if (text.includes('"errors"')) throw new Error(text.slice(0, 500));
      return performance.now() - startedMs;
    };
    const pair = async (args: string, bucket: string) => {
      await Promise.all([ours(args, 0), own(bucket, 0)]);
      let [one, other] = [1, 1];
      return sideBySide(
        ROUNDS,
        () => ours(args, one++),
        () => own(bucket, other++),
      );
    };
    const range = `from: "${FROM}", to: "${TO}"`;
    return [
      timeRow(
        {
          what: '`series` of one device, 800 points over 30 days, no response cache',
          against: 'DuckDB’s own query of its hours over the objects, and `JSON.stringify`',
          ...(await pair('maxPoints: 800', '1 HOUR')),
          ifMissed: 'With few readings a scan costs as little as an answer over HTTP.',
        },
        1,
        'ms',
      ),
      timeRow(
        {
          what: `\`series\` of ${POINTS.toLocaleString('en')} buckets of 20 s, as columns over HTTP`,
          against: 'DuckDB’s own query, and `JSON.stringify`',
          ...(await pair(`${range}, bucket: "20s"`, '20 SECOND')),
          ifMissed:
            'Exact sums, HTTP and the client share two cores with DuckDB; its own query has them to itself.',
        },
        2,
        'ms',
      ),
      downSamplingRow(),
    ];
  } finally {
    instance.closeSync();
    await service.stop();
  }
}

function downSamplingRow(): Row {
  const y = Float64Array.from(
    { length: 1_000_000 },
    (_, index) => Math.sin(index / 9_000) * 5 + ((index * 7_919) % 1_000) / 500,
  );
  const x = Float64Array.from(y.keys(), (index) => 1_767_225_600_000 + index * 1_000);
  const timed = (work: () => unknown) =>
    median(
      Array.from({ length: ROUNDS }, () => {
        const startedMs = performance.now();
        work();
        return performance.now() - startedMs;
      }),
    );
  const [all, values] = [[...x], [...y]];
  return timeRow(
    {
      what: 'down-sampling of 1,000,000 points to 800 (MinMaxLTTB)',
      against: '`JSON.stringify` of all of them',
      ours: timed(() => minMaxLttb({ x, y }, 800)),
      theirs: timed(() => JSON.stringify({ all, values })),
      ifMissed: 'Both run on one thread.',
    },
    0.1,
    'ms',
  );
}
