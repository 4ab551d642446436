import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { effort } from '../support/effort.ts';
import { type EventReader, listening } from '../support/event-stream.ts';
import { appOn, changingFolder, type Row, row } from './changing-folder.ts';

interface SeriesJson {
  readonly deviceId: string;
  readonly timestamps: readonly number[];
  readonly metrics: readonly {
    readonly values: readonly (number | null)[];
    readonly min: readonly (number | null)[];
    readonly max: readonly (number | null)[];
    readonly count: readonly number[];
  }[];
}

interface Update {
  readonly series: {
    readonly version: string;
    readonly reset: boolean;
    readonly series: readonly SeriesJson[];
    readonly gone: readonly string[];
  };
}

const COLUMNS = '{ deviceId timestamps metrics { values min max count } }';
const subscription = (args: string, since = '') =>
  `subscription { series(deviceIds: ["one", "two", "none"], ${args}${since && `, since: "${since}"`}) { version reset series ${COLUMNS} gone } }`;

/** What a client shows: device → time → the point, of points that have readings. */
type Shown = Map<string, Map<number, readonly unknown[]>>;

function pointsOf({ timestamps, metrics }: SeriesJson): [number, readonly unknown[] | null][] {
  return timestamps.map((time, index) => {
    const point = metrics.map(({ values, min, max, count }) => [
      values[index],
      min[index],
      max[index],
      count[index],
    ]);
    return [time, metrics.every(({ count }) => count[index] === 0) ? null : point];
  });
}

/** As the documentation says that a client puts an event to what it has. */
function take(shown: Shown, { series: { reset, series, gone } }: Update): void {
  if (reset) shown.clear();
  for (const deviceId of gone) shown.delete(deviceId);
  for (const one of series) {
    const points = shown.get(one.deviceId) ?? new Map();
    shown.set(one.deviceId, points);
    for (const [time, point] of pointsOf(one)) {
      if (point === null) points.delete(time);
      else points.set(time, point);
    }
  }
}

const plain = (shown: Shown) =>
  Object.fromEntries(
    [...shown]
      .map(([deviceId, points]) => [deviceId, [...points].sort(([a], [b]) => a - b)] as const)
      .filter(([, points]) => points.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What the question answers that is asked once. */
async function asked(app: TestApp, args: string) {
  const { series } = await app.ask<{ series: SeriesJson[] }>(
    `{ series(deviceIds: ["one", "two", "none"], ${args}, fill: NONE) ${COLUMNS} }`,
  );
  const shown: Shown = new Map();
  for (const one of series)
    shown.set(
      one.deviceId,
      new Map(pointsOf(one).flatMap(([time, point]) => (point === null ? [] : [[time, point]]))),
    );
  return plain(shown);
}

const timesOf = ({ series: { series } }: Update) =>
  Object.fromEntries(
    series.map(({ deviceId, timestamps }) => [
      deviceId,
      timestamps.map((time) => new Date(time).toISOString().slice(5, 16)),
    ]),
  );

test('sends all buckets, and then just those that are new or others', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [
    row('one', '2026-03-01T10:00', 1),
    row('one', '2026-03-01T11:30', 2),
    row('two', '2026-03-01T10:00', 3),
  ]);
  const app = await appOn(folder);
  const { subscribe } = await listening(app);
  const events = await subscribe(subscription('bucket: "1h", metrics: [SOC]'));
  const first = await events.data<Update>();
  expect([first.series.reset, timesOf(first)]).toEqual([
    true,
    { one: ['03-01T10:00', '03-01T11:00'], two: ['03-01T10:00'] },
  ]);
  // New ones, and one that lies beside others of its day.
  await folder.put('b.parquet', [row('one', '2026-03-01T12:10', 4), row('one', '2026-03-01T11:40', 4)]);
  await app.refresh();
  const second = await events.data<Update>();
  expect([second.series.reset, timesOf(second)]).toEqual([false, { one: ['03-01T11:00', '03-01T12:00'] }]);
  expect(second.series.series[0]?.metrics[0]).toEqual({
    values: [3, 4],
    min: [2, 4],
    max: [4, 4],
    count: [2, 1],
  });
  // Late data.
  await folder.put('c.parquet', [row('one', '2026-02-10T05:10', 7)]);
  await app.refresh();
  expect(timesOf(await events.data<Update>())).toEqual({ one: ['02-10T05:00'] });
  // Written anew with the same rows, and data of another device: nothing to tell. A bucket that loses all its readings is.
  await folder.put('b.parquet', [row('one', '2026-03-01T12:10', 4), row('one', '2026-03-01T11:40', 4)]);
  await folder.put('d.parquet', [row('three', '2026-03-01T12:10', 4)]);
  await app.refresh();
  await folder.remove('c.parquet');
  await folder.remove('d.parquet');
  await app.refresh();
  const last = await events.data<Update>();
  expect([last.series.reset, timesOf(last), last.series.gone]).toEqual([false, { one: ['02-10T05:00'] }, []]);
  expect(last.series.series[0]?.metrics[0]).toEqual({ values: [null], min: [null], max: [null], count: [0] });
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  await app.refresh();
  expect(await events.data<Update>()).toMatchObject({
    series: { gone: ['two'], series: [{ deviceId: 'one', timestamps: [Date.UTC(2026, 2, 1, 11)] }] },
  });
});

test('after a break it tells what changed, and a client without rollups misses nothing either', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1), row('one', '2026-03-05T10:00', 2)]);
  const app = await appOn(folder);
  const { subscribe } = await listening(app);
  const before = await subscribe(subscription('bucket: "1h"'));
  const { id } = await before.data<Update>();
  before.close();
  await folder.put('b.parquet', [row('one', '2026-03-05T11:00', 3)]);
  await app.refresh();
  const events = await subscribe(subscription('bucket: "1h"', id));
  const resumed = await events.data<Update>();
  expect(resumed.series.reset).toBe(false);
  const times = timesOf(resumed)['one'] ?? [];
  expect(times).toContain('03-05T11:00');
  expect(times.every((time) => time.startsWith('03-05'))).toBe(true);
  const unknown = await subscribe(subscription('bucket: "1h"', '0'.repeat(32)));
  expect((await unknown.data<Update>()).series.reset).toBe(true);
});

const DEVICES = ['one', 'two', 'three'];
const reading = fc
  .tuple(fc.constantFrom(...DEVICES), fc.integer({ min: 0, max: 60 * 4 }), fc.integer({ min: -20, max: 80 }))
  .map(([device, quarter, value]) =>
    // Around a change of clocks, a quarter of an hour each.
    row(device, new Date(Date.UTC(2026, 2, 28, 0) + quarter * 900_000).toISOString().slice(0, 16), value / 4),
  );
const step = fc.record({
  key: fc.constantFrom('a.parquet', 'b.parquet', 'c/d.parquet'),
  content: fc.oneof(
    { weight: 6, arbitrary: fc.array(reading, { minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constant('broken' as const) },
  ),
  /** The client goes away before it, and comes back after. */
  breaks: fc.boolean(),
});
const ARGS = [
  'bucket: "1h"',
  'bucket: "5m", metrics: [SOC], aggregate: LAST',
  'bucket: "1d", timeZone: "Europe/Berlin", aggregate: SUM',
  'bucket: "6h", timeZone: "Asia/Kathmandu", aggregate: P50',
  'bucket: "1mo", aggregate: COUNT',
  'bucket: "1h", from: "2026-03-28T06:20:00Z", to: "2026-03-29T18:10:00Z"',
  'bucket: "2h", aggregate: TIME_WEIGHTED_AVG',
];

test('whoever puts event to event has what the question answers, after any history, over breaks too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...ARGS),
      async (
        history: readonly { key: string; content: readonly Row[] | 'broken'; breaks: boolean }[],
        args,
      ) => {
        const folder = await changingFolder();
        await folder.put('first.parquet', [
          row('one', '2026-03-28T12:00', 1),
          row('two', '2026-03-28T12:00', 1),
        ]);
        const app = await appOn(folder);
        const { subscribe } = await listening(app);
        const shown: Shown = new Map();
        let events: EventReader = await subscribe(subscription(args));
        let known = '';
        const catchUp = async () => {
          const { dataset } = await app.ask<{ dataset: { version: string } }>('{ dataset { version } }');
          while (known !== dataset.version) {
            const update = await events.data<Update>();
            take(shown, update);
            known = update.id;
          }
          expect(plain(shown), args).toEqual(await asked(app, args));
        };
        await catchUp();
        for (const [index, { key, content, breaks }] of history.entries()) {
          if (breaks) events.close();
          if (content === 'broken') await folder.put(key, []).catch(() => folder.spoil(key));
          else await folder.put(key, content);
          // So that there is something to tell of in any case.
          await folder.put('mark.parquet', [row('one', `2026-03-29T0${index}:07`, 100 + index)]);
          await app.refresh();
          if (breaks) events = await subscribe(subscription(args, known));
          await catchUp();
        }
        events.close();
        await app.close();
      },
    ),
    {
      numRuns: effort(4, 12),
      endOnFailure: true,
      // Points of a weighted mean that nobody has told of since a break, and that then went.
      examples: [
        [
          [
            {
              key: 'b.parquet',
              content: [row('one', '2026-03-28T00:30', 1), row('one', '2026-03-28T06:15', 12.25)],
              breaks: false,
            },
            { key: 'b.parquet', content: [row('two', '2026-03-28T12:15', 16.75)], breaks: true },
          ],
          'bucket: "2h", aggregate: TIME_WEIGHTED_AVG',
        ],
      ],
    },
  );
}, 120_000);
