import type { Bucket } from './bucket.ts';

/**
 * SQL that cuts time into buckets. The engine's own time-zone data decides where days begin, here as in the summaries, so
 * no answer rests on two editions of them. Instants are whole microseconds since 1970 (BIGINT), which stay exact.
 */

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** From Monday, 1 January of the year 1, to 1970: added so that remainders are those of a positive number. */
const YEAR_1_US = '62135596800000000';
/** Clock changes of today happen at quarters of an hour, so nearly every cell of this length lies in one bucket. */
const CELL_US = 900_000_000;

const floorTo = (us: string, step: number) => `((${us} + ${YEAR_1_US}) // ${step} * ${step} - ${YEAR_1_US})`;

const stamp = (us: string) => `make_timestamp(${us})`;

/** The wall clock of an instant, as if it were UTC. */
const wallClock = (us: string) => `epoch_us(timezone($time_zone, timezone('UTC', ${stamp(us)})))`;

/** The instant at which clocks show this; of two, the later one. */
const instantOf = (wall: string) => `epoch_us(timezone('UTC', timezone($time_zone, ${stamp(wall)})))`;

function floorToMonths(us: string, months: number): string {
  const since = `((year(${stamp(us)}) - 1) * 12 + month(${stamp(us)}) - 1) // ${months} * ${months}`;
  return `epoch_us(make_date(1 + (${since}) // 12, 1 + (${since}) % 12, 1)::TIMESTAMP)`;
}

/** A midnight that clocks show twice (Havana, the Azores) is the first of the two. */
function midnight(wall: string): string {
  const found = instantOf(wall);
  return `(CASE WHEN ${wallClock(`(${found} - ${HOUR_US})`)} >= ${wall} THEN ${found} - ${HOUR_US} ELSE ${found} END)`;
}

/** Where the day, days or months begin that hold an instant. Takes `$time_zone` unless that is UTC. */
function periodStart(us: string, { unit, size }: Bucket, timeZone: string): string {
  const floor = (wall: string) =>
    unit === 'month' ? floorToMonths(wall, size) : floorTo(wall, unit === 'day' ? size * DAY_US : DAY_US);
  return timeZone === 'UTC' ? floor(us) : midnight(floor(wallClock(us)));
}

/** Where the bucket begins that holds an instant. */
export function bucketStart(us: string, bucket: Bucket, timeZone: string): string {
  if (bucket.unit !== 'second') return periodStart(us, bucket, timeZone);
  const step = bucket.size * 1_000_000;
  if (timeZone === 'UTC') return floorTo(us, step);
  return withinPeriod(us, periodStart(us, bucket, timeZone), bucket);
}

function withinPeriod(us: string, period: string, { unit, size }: Bucket): string {
  const step = size * 1_000_000;
  return unit === 'second' ? `(${period} + (${us} - ${period}) // ${step} * ${step})` : period;
}

/** Where the bucket ends that begins at an instant: the start of the one that holds an instant safely beyond. */
export function bucketEnd(start: string, bucket: Bucket, timeZone: string): string {
  const { unit, size } = bucket;
  if (unit === 'second') {
    const end = `(${start} + ${size * 1_000_000})`;
    if (timeZone === 'UTC') return end;
    // The last bucket of a day is cut short when the clocks have changed.
    const next = bucketStart(`(${end} - 1)`, bucket, timeZone);
    return `(CASE WHEN ${next} > ${start} THEN ${next} ELSE ${end} END)`;
  }
  const reach = size * (unit === 'day' ? 1 : 31) * DAY_US + 3 * HOUR_US;
  return bucketStart(`(${start} + ${reach})`, bucket, timeZone);
}

/**
 * The periods (days, weeks, months, …) of a zone that touch `$from` to `$to`, as `start_ms`, in order. Buckets below a
 * day divide them.
 */
export function periodsSql(bucket: Bucket): string {
  // Close enough that none is missed: the shortest month has 28 days, a day on which clocks change 22 hours or more.
  const days = { second: 1, day: bucket.size, month: 28 * bucket.size }[bucket.unit];
  const step = Math.max(12 * HOUR_US, (days - 1) * DAY_US);
  const probes = `unnest(range(epoch_us(CAST($from AS TIMESTAMP)), epoch_us(CAST($to AS TIMESTAMP)) + ${step}, ${step}))`;
  return `SELECT DISTINCT CAST(${periodStart('us', bucket, 'zoned')} AS DOUBLE) / 1000 AS start_ms
FROM (SELECT ${probes} AS us) AS probes
ORDER BY start_ms`;
}

export interface BucketsOfReadings {
  /** Common table expressions to put between the relation and what uses it, each with a comma before it. */
  readonly cells: string;
  readonly join: string;
  readonly start: string;
}

/**
 * For a relation with a column `us`. Takes `$time_zone` unless that is UTC.
 *
 * Taking an instant to a zone costs ten times as much as all the sums. So it is done at both ends of each quarter of an
 * hour that holds readings, and for single readings only where these ends differ.
 */
export function bucketsOfReadings(relation: string, bucket: Bucket, timeZone: string): BucketsOfReadings {
  if (timeZone === 'UTC') return { cells: '', join: '', start: bucketStart('us', bucket, timeZone) };
  const cell = floorTo('us', CELL_US);
  return {
    cells: `, cells AS MATERIALIZED (
  SELECT cell, ${periodStart('cell', bucket, timeZone)} AS first_period,
    first_period = ${periodStart(`(cell + ${CELL_US - 1})`, bucket, timeZone)} AS is_whole
  FROM (SELECT DISTINCT ${cell} AS cell FROM ${relation}) AS touched
)`,
    join: `JOIN cells ON cells.cell = ${cell}`,
    start: `CASE WHEN cells.is_whole THEN ${withinPeriod('us', 'cells.first_period', bucket)}
      ELSE ${bucketStart('us', bucket, timeZone)} END`,
  };
}
