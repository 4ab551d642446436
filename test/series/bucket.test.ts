import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LADDER, mostBuckets, parseBucket } from '../../src/series/bucket.ts';
import { bucketStarts } from '../../src/series/grid.ts';
import { planSeries } from '../../src/series/plan.ts';

const DAY = 86_400_000;

describe('parseBucket', () => {
  test.each([
    ['30s', 'second', 30],
    ['5m', 'second', 300],
    ['6h', 'second', 21_600],
    ['24h', 'day', 1],
    ['1440m', 'day', 1],
    ['1d', 'day', 1],
    ['2w', 'day', 14],
    ['1mo', 'month', 1],
    ['3mo', 'month', 3],
    ['1y', 'month', 12],
  ] as const)('%s', (text, unit, size) => {
    expect(parseBucket(text)).toEqual({ text, unit, size });
  });

  test.each(['', '5', 'm', '0m', '-1h', '1.5h', '7m', '48h', '1 h', '1H', '1M', '1ms', '999999d', 'PT5M'])(
    'refuses %j',
    (text) => {
      expect(parseBucket(text)).toBeNull();
    },
  );
});

describe('bucketStarts in UTC', () => {
  const instants = (text: string, from: string, to: string) =>
    bucketStarts(
      parseBucket(text) ?? expect.fail(),
      { from: Date.parse(from), to: Date.parse(to) },
      null,
    ).map((start) => new Date(start).toISOString().slice(0, 16));

  test('begin with the bucket that holds `from`, and end before `to`', () => {
    expect(instants('6h', '2026-03-01T07:00Z', '2026-03-02T00:00Z')).toEqual([
      '2026-03-01T06:00',
      '2026-03-01T12:00',
      '2026-03-01T18:00',
    ]);
    expect(instants('1w', '2026-03-04', '2026-03-17')).toEqual([
      '2026-03-02T00:00',
      '2026-03-09T00:00',
      '2026-03-16T00:00',
    ]);
    expect(instants('3mo', '2026-02-04', '2026-07-02')).toEqual([
      '2026-01-01T00:00',
      '2026-04-01T00:00',
      '2026-07-01T00:00',
    ]);
    expect(instants('1y', '0099-12-31', '0100-01-02')).toEqual(['0099-01-01T00:00', '0100-01-01T00:00']);
    expect(instants('1d', '2026-03-04', '2026-03-04')).toEqual([]);
  });

  test('there are never more than `mostBuckets`', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LADDER),
        fc.integer({ min: -1e12, max: 1e13 }),
        fc.integer({ min: 1, max: 20_000 }),
        (bucket, from, buckets) => {
          const width = { second: 1_000, day: DAY, month: 30 * DAY }[bucket.unit] * bucket.size;
          const to = Math.min(from + buckets * width, 200_000_000_000_000);
          const starts = bucketStarts(bucket, { from, to }, null);
          expect(starts.length).toBeLessThanOrEqual(mostBuckets(bucket, to - from, 'UTC'));
        },
      ),
    );
  });
});

describe('planSeries', () => {
  const ask = (days: number, more: Partial<Parameters<typeof planSeries>[0]> = {}) => {
    const { bucket, thinned } = planSeries({
      bucket: null,
      maxPoints: 800,
      isAggregate: false,
      timeZone: 'UTC',
      span: days * DAY,
      readings: 8_640 * days,
      mostThinned: 3_000_000,
      ...more,
    });
    return [bucket.text, thinned];
  };

  test.each([
    [1, '2m', 'always'],
    [7, '15m', 'always'],
    [30, '1h', 'unless rolled up'],
    [365, '12h', 'unless rolled up'],
    [3_650, '1w', 'unless rolled up'],
    [3_000_000, '100y', 'unless rolled up'],
  ])('%d days in 800 points: %s, thinned %s', (days, text, thinned) => {
    expect(ask(days, { readings: 1_000 })).toEqual([text, thinned]);
  });

  test('an aggregate that is asked for wants buckets; so do more readings than can be held', () => {
    expect(ask(1, { isAggregate: true })).toEqual(['2m', 'never']);
    expect(ask(1, { readings: 10 ** 7 })).toEqual(['2m', 'never']);
  });

  test('a bucket that is asked for is taken', () => {
    expect(ask(1, { bucket: parseBucket('7d') })).toEqual(['7d', 'never']);
  });

  test('all figures of the ladder can be parsed, from fine to coarse', () => {
    const widths = LADDER.map(
      ({ unit, size }) => ({ second: 1, day: 86_400, month: 2_419_200 })[unit] * size,
    );
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
  });
});
