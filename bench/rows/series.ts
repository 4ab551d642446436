import { DuckDBInstance, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { minMaxLttb } from '../../src/series/min-max-lttb.ts';
import { startService } from '../child.ts';
import { median, sideBySide } from '../load.ts';
import { DAYS } from '../options.ts';
import { deviceIds } from './device-ids.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 9;
const POINTS = 100_000;
const BUCKET_SECONDS = 20;
const FROM = Date.UTC(2026, 0, 1);
const RANGE_SECONDS = DAYS * 86_400;

/** What both sides are asked. */
interface Question {
  readonly deviceIds: readonly string[];
  readonly from: string;
  readonly to: string;
  /** As GraphQL has it. */
  readonly resolution: string;
  /** As DuckDB has it. */
  readonly interval: string;
}

/**
 * Series without a response cache, over the generated folder: both sides read the same files of the same disk.
 * @param folder of the generated readings: 30 days from 2026-01-01
 * @param state a folder for the state of the service
 * @param readings in the folder
 */
export async function seriesRows(folder: string, state: string, readings: number): Promise<Row[]> {
  const service = await startService({ DATA_DIR: folder, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' });
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const ids = await deviceIds(service.url);
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const files = `read_parquet('${folder.replaceAll("'", "''")}/*.parquet')`;

    /** DuckDB's own query and `JSON.stringify`, as a program would have it that does nothing else. */
    const own = async ({ deviceIds, from, to, interval }: Question): Promise<string> => {
      const result = await connection.runAndReadAll(
        `SELECT device_id, epoch_ms(time_bucket(INTERVAL ${interval}, "timestamp"))::DOUBLE AS ms, avg(voltage),
          min(voltage), max(voltage), count(voltage)::DOUBLE
        FROM ${files}
        WHERE device_id IN (SELECT unnest($ids)) AND "timestamp" >= $from::TIMESTAMP AND "timestamp" < $to::TIMESTAMP
        GROUP BY device_id, ms HAVING count(voltage) > 0 ORDER BY device_id, ms`,
        { ids: listValue([...deviceIds]), from, to },
        { ids: LIST(VARCHAR) },
      );
      const [deviceId, timestamps, values, min, max, count] = result.getColumnsJS();
      return JSON.stringify({ deviceId, timestamps, values, min, max, count });
    };
    /** The whole answer over HTTP. */
    const ours = async ({ deviceIds, from, to, resolution }: Question): Promise<Buffer> => {
      const query = `query ($ids: [ID!], $from: DateTime, $to: DateTime) {
        series(deviceIds: $ids, from: $from, to: $to, ${resolution}, metrics: [VOLTAGE], fill: NONE) {
          deviceId timestamps metrics { values min max count }
        }
      }`;
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { ids: deviceIds, from, to } }),
      });
      const answer = Buffer.from(await response.arrayBuffer());
      if (!response.ok) throw new Error(answer.toString('utf8', 0, 500));
      return answer;
    };
    /** @param question the one with this number, of other devices each time */
    const pair = async (question: (index: number) => Question) => {
      const answer = JSON.parse((await ours(question(0))).toString()) as Answer;
      const alike = JSON.parse(await own(question(0))) as { readonly timestamps: readonly number[] };
      const points = answer.data.series.reduce((sum, { timestamps }) => sum + timestamps.length, 0);
      if (points !== alike.timestamps.length)
        throw new Error(`expected as many points, but got: ${points} and ${alike.timestamps.length}`);
      let [one, other] = [1, 1];
      const both = await sideBySide(
        ROUNDS,
        () => timed(() => ours(question(one++))),
        () => timed(() => own(question(other++))),
      );
      return { ...both, points };
    };
    const devices = (index: number, count: number) =>
      Array.from({ length: count }, (_, place) => ids[(index * count + place) % ids.length] ?? '');
    const { points: _, ...hours } = await pair((index) => ({
      deviceIds: devices(index, 1),
      ...range(RANGE_SECONDS),
      resolution: 'maxPoints: 800',
      interval: '1 HOUR',
    }));
    // As many devices as have that many readings together, or the part of the time of one.
    const ofDevice = Math.min(readings / ids.length, POINTS);
    const { points, ...buckets } = await pair((index) => ({
      deviceIds: devices(index, Math.round(POINTS / ofDevice)),
      ...range(ofDevice < POINTS ? RANGE_SECONDS : POINTS * BUCKET_SECONDS),
      resolution: `bucket: "${BUCKET_SECONDS}s"`,
      interval: `${BUCKET_SECONDS} SECOND`,
    }));
    return [
      timeRow(
        {
          what: '`series` of one device, 800 points over 30 days, no response cache',
          against: 'DuckDB’s own query of its hours over the objects, and `JSON.stringify`',
          ...hours,
          ifMissed: 'With few readings a scan costs as little as an answer over HTTP.',
        },
        1,
        'ms',
      ),
      timeRow(
        {
          what: `\`series\` of ${points.toLocaleString('en')} buckets of ${BUCKET_SECONDS} s, as columns over HTTP`,
          against: 'DuckDB’s own query, and `JSON.stringify`',
          ...buckets,
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

interface Answer {
  readonly data: { readonly series: readonly { readonly timestamps: readonly number[] }[] };
}

function range(seconds: number): { from: string; to: string } {
  return { from: new Date(FROM).toISOString(), to: new Date(FROM + seconds * 1_000).toISOString() };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function downSamplingRow(): Row {
  const y = Float64Array.from(
    { length: 1_000_000 },
    (_, index) => Math.sin(index / 9_000) * 5 + ((index * 7_919) % 1_000) / 500,
  );
  const x = Float64Array.from(y.keys(), (index) => 1_767_225_600_000 + index * 1_000);
  const usual = (work: () => unknown) =>
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
      ours: usual(() => minMaxLttb({ x, y }, 800)),
      theirs: usual(() => JSON.stringify({ all, values })),
      ifMissed: 'Both run on one thread.',
    },
    0.1,
    'ms',
  );
}
