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
  const probes = `unnest(range(epoch_us(CAST($from AS TIMESTAMP)), epoch_us(CAST($to AS TIMESTAMP)) + ${HOUR_US * 12}, ${HOUR_US * 12}))`;
  return `SELECT DISTINCT CAST(${periodStart('us', bucket, 'zoned')} AS DOUBLE) / 1000 AS start_ms
FROM (SELECT ${probes} AS us) AS probes
ORDER BY start_ms`;
}

/**
 * Taking an instant to a zone costs ten times as much as all the sums. So it is done at both ends of each quarter of an
 * hour, and for single readings only where these ends differ.
 */
export interface BucketsOfReadings {
  /** Common table expressions to put in front, each with a comma behind it. */
  readonly cells: string;
  readonly join: string;
  readonly start: string;
}

/** For a relation with a column `us`. Takes `$from` and `$to`, between which all its instants lie. */
export function bucketsOfReadings(bucket: Bucket, timeZone: string): BucketsOfReadings {
  if (timeZone === 'UTC') return { cells: '', join: '', start: bucketStart('us', bucket, timeZone) };
  const cellOf = (instant: string) => `epoch_us(CAST(${instant} AS TIMESTAMP)) // ${CELL_US}`;
  return {
    cells: `cells AS MATERIALIZED (
  SELECT cell, first_period, first_period = last_period AS is_whole
  FROM (
    SELECT cell, ${periodStart(`(cell * ${CELL_US})`, bucket, timeZone)} AS first_period,
      ${periodStart(`((cell + 1) * ${CELL_US} - 1)`, bucket, timeZone)} AS last_period
    FROM (SELECT unnest(range(${cellOf('$from')} - 1, ${cellOf('$to')} + 2)) AS cell) AS numbers
  ) AS ends
), `,
    join: `LEFT JOIN cells ON cells.cell = (us + ${YEAR_1_US}) // ${CELL_US} - ${YEAR_1_US} // ${CELL_US}`,
    start: `CASE WHEN cells.is_whole THEN ${withinPeriod('us', 'cells.first_period', bucket)}
      ELSE ${bucketStart('us', bucket, timeZone)} END`,
  };
}
