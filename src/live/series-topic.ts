import type { SeriesTailArgs, SeriesUpdate } from '../../schema/context.ts';
import { LIMITS } from '../../schema/limit-values.ts';
import { Column, type Series, type SeriesArgs } from '../../schema/series-types.ts';
import { ArgumentError } from '../errors.ts';
import { pause } from '../pace.ts';
import { type ChangedStretch, changedStretch } from './changed-stretch.ts';
import { EMPTY, PointPrints, printOf } from './point-prints.ts';
import { distinctInOrder, type Topic } from './topic.ts';

/** How many prints all subscriptions may keep together: some 32 MB. Who comes later is told more than what changed. */
export class PrintBudget {
  private left = 2_000_000;

  /** @returns whether there was room */
  take(points: number): boolean {
    if (points > this.left) return false;
    this.left -= points;
    return true;
  }

  give(points: number): void {
    this.left += points;
  }
}

/** To learn of a device whether it has readings at all. */
const NOWHERE = { from: '2000-01-01T00:00:00.000Z', to: '2000-01-01T00:00:00.000Z' };

/** What is known of one device; `null`: it has no readings. */
type Known = PointPrints | null;

interface Change {
  readonly deviceId: string;
  /** null: the device is gone. */
  readonly series: Series | null;
  keep(): void;
}

/**
 * The buckets of each device that are new or others. Just the days that changed are asked for, and of these the buckets are
 * told that differ from what was told before; where that is not known (after a break) all of them.
 * @param own the devices, of those that the viewer may see
 */
export function seriesTopic(
  own: readonly string[],
  tail: SeriesTailArgs,
  budget: PrintBudget,
): Topic<SeriesUpdate> {
  const deviceIds = distinctInOrder(own);
  const args: SeriesArgs = { ...tail, fill: 'null', maxPoints: null };
  /** Of devices that were told in full. */
  const known = new Map<string, Known>();
  /** Of each, as far as the budget knows. */
  const sizes = new Map<string, number>();
  let isOver = false;

  const forget = (deviceId: string) => {
    budget.give(sizes.get(deviceId) ?? 0);
    sizes.delete(deviceId);
    known.delete(deviceId);
  };

  /** Remembers prints while there is room, and none of a device for which there is not. */
  const remember = (deviceId: string, prints: PointPrints) => {
    if (isOver) return;
    forget(deviceId);
    if (!budget.take(prints.size)) return;
    sizes.set(deviceId, prints.size);
    known.set(deviceId, prints);
  };

  const rememberGone = (deviceId: string) => {
    forget(deviceId);
    known.set(deviceId, null);
  };

  /** The subscriber may have points that are not there any more, and nobody knows which. */
  const isToBeForgotten = (deviceId: string, days: readonly string[] | undefined) => {
    const before = known.get(deviceId);
    const isKnown = before === null || before?.isWhole === true;
    return !isKnown && changedStretch(tail, days)?.isEverything === true;
  };

  const whole = (deviceId: string, series: Series | null): Change => ({
    deviceId,
    series,
    keep: () => {
      if (series === null) rememberGone(deviceId);
      else remember(deviceId, printsOf(series));
    },
  });

  const changedPart = (
    deviceId: string,
    series: Series | null,
    stretch: ChangedStretch | null,
  ): Change | null => {
    const before = known.get(deviceId);
    if (series === null) {
      if (before === null) return null;
      return { deviceId, series: null, keep: () => rememberGone(deviceId) };
    }
    if (stretch === null) return null;
    return differing(deviceId, series, stretch, before ?? new PointPrints(before === null));
  };

  const differing = (
    deviceId: string,
    series: Series,
    { from, to, pointsOf }: ChangedStretch,
    before: PointPrints,
  ): Change | null => {
    const points = pointsOf(series).map((place) => ({
      place,
      time: series.timestamps.numbers[place] as number,
      print: printOf(series, place),
    }));
    const there = new Set(series.timestamps.numbers);
    const vanished = [...before.between(from, to)]
      .filter((time) => !there.has(time) && before.at(time) !== EMPTY)
      .map((time) => ({ place: -1, time, print: EMPTY }));
    const others = [...points.filter(({ time, print }) => before.at(time) !== print), ...vanished];
    if (others.length === 0) return null;
    others.sort((a, b) => a.time - b.time);
    return {
      deviceId,
      series: pick(series, others),
      keep: () => {
        before.put(others);
        remember(deviceId, before);
      },
    };
  };

  return {
    field: 'series',
    next: async (answers, since, isFirst) => {
      const changed = since === null ? null : await answers.changedSince(since);
      const touched = changed === null ? deviceIds : deviceIds.filter((deviceId) => changed.has(deviceId));
      const isReset =
        (isFirst && changed === null) ||
        touched.some((deviceId) => isToBeForgotten(deviceId, changed?.get(deviceId)));
      const asked = (isReset ? deviceIds : touched).map((deviceId) => {
        const stretch = isReset ? null : changedStretch(tail, changed?.get(deviceId));
        const range = isReset ? {} : (stretch?.range ?? NOWHERE);
        return { deviceId, stretch, args: { ...args, ...range } };
      });
      const found = await answers.series(asked);
      const changes: Change[] = [];
      for (const [place, { deviceId, stretch }] of asked.entries()) {
        await pause();
        const series = found[place] ?? null;
        const change = isReset ? whole(deviceId, series) : changedPart(deviceId, series, stretch);
        if (change !== null) changes.push(change);
      }
      checkSize(changes);
      if (changes.length === 0 && !isFirst) return null;
      const gone = changes.filter(({ series }) => series === null).map(({ deviceId }) => deviceId);
      const payload = {
        version: answers.view.version,
        reset: isReset,
        series: changes.flatMap(({ series }) => series ?? []),
        gone: isReset ? [] : gone,
      };
      return {
        payload,
        keep: () => {
          for (const change of changes) change.keep();
        },
      };
    },
    end: () => {
      isOver = true;
      for (const deviceId of [...known.keys()]) forget(deviceId);
    },
  };
}

function checkSize(changes: readonly Change[]): void {
  const points = changes.reduce((sum, { series }) => sum + (series?.timestamps.length ?? 0), 0);
  const { value: allowed } = LIMITS.subscribedPoints;
  if (points <= allowed) return;
  throw new ArgumentError(
    'bucket',
    `expected at most ${allowed} points of all devices together (limit subscribedPoints), but got: ${points}. Ask for fewer devices, a later \`from\` or wider buckets`,
    { exceeded: { limit: 'subscribedPoints', asked: points, allowed } },
  );
}

function printsOf(series: Series): PointPrints {
  const prints = new PointPrints(true);
  prints.put(
    Array.from(series.timestamps.numbers, (time, place) => ({ time, print: printOf(series, place) })),
  );
  return prints;
}

/** Some points of a series; -1 stands for one that has no readings any more. */
function pick(series: Series, points: readonly { readonly place: number; readonly time: number }[]): Series {
  const column = (from: Column, none: number) =>
    new Column(Float64Array.from(points, ({ place }) => (place < 0 ? none : (from.numbers[place] ?? none))));
  // Of no readings there are none, which is a number.
  const ofNone = series.resolution.aggregate === 'count' ? 0 : Number.NaN;
  return {
    ...series,
    timestamps: new Column(Float64Array.from(points, ({ time }) => time)),
    metrics: series.metrics.map(({ metric, values, min, max, count }) => ({
      metric,
      values: column(values, ofNone),
      min: column(min, Number.NaN),
      max: column(max, Number.NaN),
      count: column(count, 0),
    })),
  };
}
