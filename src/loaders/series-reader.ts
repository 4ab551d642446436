import { LIMITS } from '../../schema/limit-values.ts';
import type { Series } from '../../schema/series-types.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { pause } from '../pace.ts';
import type { Bucket } from '../series/bucket.ts';
import { bucketStarts } from '../series/grid.ts';
import type { Plan } from '../series/plan.ts';
import { millisOf } from './instants.ts';
import { seriesOfBuckets, seriesOfReadings } from './series-answer.ts';
import type { DeviceRange, PlannedSeries, SeriesQuestion } from './series-question.ts';
import type { DeviceBuckets, SeriesSource } from './series-source.ts';

export interface SeriesReaderParts {
  readonly source: SeriesSource;
  readonly view: () => Promise<DatasetView>;
  readonly options: RunOptions;
}

type OfRanges = Map<DeviceRange, Series>;

/** Readings that are in memory at once. */
const MOST_READINGS_AT_ONCE = LIMITS.seriesReadings.value;

/** Reads the series of many devices: one statement for each resolution that comes of the question. */
export class SeriesReader {
  private readonly parts: SeriesReaderParts;

  constructor(parts: SeriesReaderParts) {
    this.parts = parts;
  }

  /**
   * In the order of what is asked.
   * @param question whose ranges do not count: those of what is asked do, and may differ
   */
  async read(question: SeriesQuestion, asked: readonly PlannedSeries[]): Promise<Series[]> {
    const groups = Map.groupBy(asked, ({ plan }) => JSON.stringify(plan));
    const read = await Promise.all(
      [...groups.values()].map((members) => {
        const plan = members[0]?.plan as Plan;
        const ranges = members.map(({ range }) => range);
        return this.series(question, plan, ranges);
      }),
    );
    const found: OfRanges = new Map(read.flatMap((series) => [...series]));
    return asked.map(({ range }) => found.get(range) as Series);
  }

  private async series(
    question: SeriesQuestion,
    { bucket, thinned }: Plan,
    ranges: readonly DeviceRange[],
  ): Promise<OfRanges> {
    if (thinned === 'always') return this.thinned(question, bucket, ranges);
    const found = await this.rolledUp(question, bucket, ranges);
    const others = ranges.filter((range) => !found.has(range));
    if (others.length > 0 && thinned === 'unless rolled up' && !(await this.hasRollupsOfDays())) {
      const thin = await this.thinned(question, bucket, others);
      return new Map([...(await this.buckets(question, bucket, found)), ...thin]);
    }
    if (others.length > 0) {
      for (const [range, own] of await this.scanned(question, bucket, others)) found.set(range, own);
    }
    return this.buckets(question, bucket, found);
  }

  /** These leave buckets of hours, and days of other zones, to scans; they are buckets all the same, as from rollups of hours. */
  private async hasRollupsOfDays(): Promise<boolean> {
    const { source, view } = this.parts;
    return source.isOfDays && (await view()).rollups !== null;
  }

  private async scanned(
    question: SeriesQuestion,
    bucket: Bucket,
    ranges: readonly DeviceRange[],
  ): Promise<Map<DeviceRange, DeviceBuckets>> {
    const { source, options } = this.parts;
    const asked = inBuckets(question, bucket);
    const scanned = await source.scannedBuckets(await this.parts.view(), ranges, asked, options);
    return new Map(ranges.map((range, place) => [range, scanned[place] ?? NOTHING]));
  }

  /** Only of the ranges that rollups can answer for; of an empty one there is nothing to ask. */
  private async rolledUp(
    question: SeriesQuestion,
    bucket: Bucket,
    ranges: readonly DeviceRange[],
  ): Promise<Map<DeviceRange, DeviceBuckets>> {
    const { source, options } = this.parts;
    const asked = inBuckets(question, bucket);
    const found = new Map<DeviceRange, DeviceBuckets>();
    for (const range of ranges) if (range.span === 0) found.set(range, NOTHING);
    const rest = ranges.filter((range) => !found.has(range));
    if (rest.length === 0) return found;
    const rolledUp = await source.rolledUpBuckets(await this.parts.view(), rest, asked, options);
    for (const [place, range] of rest.entries()) {
      const own = rolledUp[place];
      if (own) found.set(range, own);
    }
    return found;
  }

  private async buckets(
    question: SeriesQuestion,
    bucket: Bucket,
    found: ReadonlyMap<DeviceRange, DeviceBuckets>,
  ): Promise<OfRanges> {
    const startsOf = await this.starts(question, bucket, [...found.keys()]);
    const series = new Map<DeviceRange, Series>();
    for (const [range, own] of found) {
      await pause();
      const answer = { bucket: bucket.text, found: own, starts: startsOf(range) };
      series.set(range, await seriesOfBuckets(range, question, answer));
    }
    return series;
  }

  /** Which buckets are in the answer; null: those that hold a value. */
  private async starts(question: SeriesQuestion, bucket: Bucket, ranges: readonly DeviceRange[]) {
    if (question.fill === 'none' || ranges.length === 0) return () => null;
    const { source, options } = this.parts;
    const periods = await source.periods(ranges, bucket, question.timeZone, options);
    return (range: DeviceRange) =>
      bucketStarts(bucket, { from: millisOf(range.from), to: millisOf(range.to) }, periods);
  }

  /**
   * So many devices at a time that their readings fit into memory. How many there are is an estimate (a single wrong clock
   * spoils it): where there are more, they are summed up instead.
   */
  private async thinned(
    question: SeriesQuestion,
    bucket: Bucket,
    ranges: readonly DeviceRange[],
  ): Promise<OfRanges> {
    const { source, options } = this.parts;
    const view = await this.parts.view();
    const series = new Map<DeviceRange, Series>();
    for (const pack of packs(ranges)) {
      const asked = { ...options, most: MOST_READINGS_AT_ONCE };
      const readings = await source.readings(view, pack, question.metrics, asked);
      if (readings === null) {
        const scanned = await this.scanned(question, bucket, pack);
        for (const [range, own] of await this.buckets(question, bucket, scanned)) series.set(range, own);
        continue;
      }
      for (const [place, range] of pack.entries()) {
        series.set(range, await seriesOfReadings(range, question, readings[place] ?? []));
      }
    }
    return series;
  }
}

const NOTHING: DeviceBuckets = { columns: [], source: 'READINGS' };

function packs(ranges: readonly DeviceRange[]): DeviceRange[][] {
  const all: DeviceRange[][] = [];
  let room = 0;
  for (const range of ranges) {
    if (all.length === 0 || range.readings > room) {
      all.push([]);
      room = MOST_READINGS_AT_ONCE;
    }
    all.at(-1)?.push(range);
    room -= range.readings;
  }
  return all;
}

/** What its buckets are asked for. */
function inBuckets(question: SeriesQuestion, bucket: Bucket) {
  return { ...question, bucket, aggregate: question.aggregate ?? ('avg' as const) };
}
