import { expect, onTestFinished, test } from 'vitest';
import type { SeriesArgs } from '../../schema/series-types.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { twoWays } from '../support/two-ways.ts';

const ASKED: SeriesArgs = {
  metrics: ['soc'],
  from: null,
  to: null,
  bucket: null,
  maxPoints: null,
  timeZone: 'UTC',
  aggregate: null,
  fill: 'null',
};

/** One device with a reading at each of these times; its soc is the number of the reading. */
async function over(times: string) {
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'a.parquet',
      `SELECT 'dev' AS device_id, "timestamp", 50.0 AS voltage, 20.0 AS temperature,
        CAST(row_number() OVER (ORDER BY "timestamp") AS DOUBLE) AS soc
      FROM (${times}) AS times("timestamp")`,
    ),
  );
  const ways = await twoWays(directory, await temporaryFolder());
  onTestFinished(() => ways.close());
  return ways;
}

const every = (minutes: number, from: string, to: string) =>
  `SELECT unnest(range(TIMESTAMP '${from}', TIMESTAMP '${to}', INTERVAL ${minutes} MINUTE))`;

test.each(['1d', '1h', '6h'])(
  'clocks that go back over midnight: no reading of %s is lost',
  async (bucket) => {
    const ways = await over(every(5, '2005-10-29', '2005-11-01'));
    const args = { ...ASKED, bucket, timeZone: 'America/St_Johns', aggregate: 'count' } as const;
    for (const telemetry of [ways.rolledUp(), ways.scanned()]) {
      const series = await telemetry.deviceSeries('dev', args);
      const [soc] = series?.metrics ?? [];
      expect(soc?.values.numbers.reduce((sum, count) => sum + count, 0)).toBe(3 * 288);
      expect(series?.timestamps.numbers).toEqual(series?.timestamps.numbers.toSorted());
    }
  },
);

test.each(['UTC', 'Europe/Berlin'])('a device whose clock began in 1970, in %s', async (timeZone) => {
  const ways = await over(
    `SELECT TIMESTAMP '1970-01-01 00:00:03' UNION ALL ${every(1, '2026-03-01', '2026-03-02')}`,
  );
  const whole = await ways.rolledUp().deviceSeries('dev', { ...ASKED, timeZone });
  expect(whole?.resolution).toMatchObject({ method: 'BUCKETS', bucket: '1mo' });
  expect(whole?.metrics[0]?.count.numbers.filter((count) => count > 0)).toEqual(Float64Array.of(1, 1440));
  const weighted = { ...ASKED, timeZone, bucket: '1y', aggregate: 'timeWeightedAvg', fill: 'none' } as const;
  expect((await ways.rolledUp().deviceSeries('dev', weighted))?.timestamps).toHaveLength(2);
  const fine = ways.rolledUp().deviceSeries('dev', { ...ASKED, timeZone, bucket: '1s' });
  await expect(fine).rejects.toThrow(/bucket: expected at most 500000 points/);
});

test('ends at the ends of time, and finer than the engine tells', async () => {
  const ways = await over(every(60, '2026-03-01', '2026-03-03'));
  for (const timeZone of ['UTC', 'Pacific/Auckland']) {
    const range = { from: '0001-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' };
    const series = await ways.rolledUp().deviceSeries('dev', { ...ASKED, ...range, timeZone, bucket: '1y' });
    expect(series?.metrics[0]?.count.numbers.reduce((sum, count) => sum + count, 0)).toBe(48);
    expect(series?.timestamps.length).toBeGreaterThan(9_990);
  }
  const range = { from: '2026-03-01T01:00:00.000000999Z', to: '2026-03-01T03:00:00.000001999Z' };
  const series = await ways.rolledUp().deviceSeries('dev', { ...ASKED, ...range, bucket: '1h' });
  expect(series?.metrics[0]?.values.numbers).toEqual(Float64Array.of(2, 3, 4));
});

test('readings with microseconds keep them', async () => {
  const ways = await over("SELECT TIMESTAMP '2026-03-01 00:00:00.000250'");
  const series = await ways.rolledUp().deviceSeries('dev', ASKED);
  expect(series?.timestamps.numbers).toEqual(Float64Array.of(Date.UTC(2026, 2, 1) + 0.25));
  expect(series).toMatchObject({ from: '2026-03-01T00:00:00.00025Z', to: '2026-03-01T00:00:00.000251Z' });
});

test('gaps between readings: null, left out, or filled', async () => {
  const ways = await over(
    `${every(1, '2026-03-01', '2026-03-01 02:00')} UNION ALL ${every(1, '2026-03-01 06:00', '2026-03-01 08:00')}`,
  );
  const around = async (fill: SeriesArgs['fill'], maxPoints: number) => {
    const series = await ways.rolledUp().deviceSeries('dev', { ...ASKED, maxPoints, fill });
    const { timestamps, metrics = [] } = series ?? {};
    const at = timestamps?.numbers.findIndex((ms) => ms > Date.UTC(2026, 2, 1, 1, 59)) ?? -1;
    const [soc] = metrics;
    return [series?.resolution.method, timestamps?.length, soc?.values.at(at), soc?.count.at(at)];
  };
  expect(await around('null', 800)).toEqual(['READINGS', 241, null, 0]);
  expect(await around('none', 800)).toEqual(['READINGS', 240, 121, 1]);
  expect(await around('previous', 800)).toEqual(['READINGS', 241, 120, 0]);
  expect(await around('linear', 800)).toEqual(['READINGS', 241, 120.5, 0]);
  const [method, points, value] = await around('null', 100);
  expect([method, value]).toEqual(['MIN_MAX_LTTB', null]);
  expect(points).toBeLessThanOrEqual(100);
});

test('a million readings of one device in one answer', async () => {
  const ways = await over(
    "SELECT TIMESTAMP '2026-03-01' + INTERVAL (number) SECOND FROM range(1000000) AS numbers(number)",
  );
  const args = { ...ASKED, maxPoints: 800, to: '2026-03-12T00:00:00Z' };
  const series = await ways.rolledUp().deviceSeries('dev', args);
  expect(series?.resolution).toMatchObject({ method: 'MIN_MAX_LTTB', exact: false });
  const values = series?.metrics[0]?.values.numbers;
  expect([values?.[0], values?.at(-1)]).toEqual([1, 950_400]);
  const all = await ways.rolledUp().deviceSeries('dev', { ...ASKED, bucket: '5s' });
  expect(all?.timestamps).toHaveLength(200_000);
});
