import type { RollupGrain } from '../config/config.ts';

/**
 * Where the partials cut time. With the grain of hours: at each full hour of UTC, and once more within the hours in which a day of some time zone
 * begins. Kathmandu (UTC+5:45) begins its days at 18:15, Kolkata (UTC+5:30) at 18:30. So the days of every zone of today
 * are whole slots, for half as many rows again as whole hours would take.
 *
 * Which zone needs which cut is not known here: the engine's own time-zone data decides whether a day begins within a
 * slot (see `DAILY_SUMMARY_SQL`), and a scan answers for zones and years that these cuts do not serve.
 *
 * With the grain of days: at each midnight of UTC, and nowhere else. What lies between is read from the objects.
 */
export interface Slots {
  readonly grain: RollupGrain;
  /** The length of the longest; and each begins at a multiple of it, or lies within such a stretch. */
  readonly ms: number;
  /** The same as SQL. */
  readonly longest: string;
  /** SQL for the beginning of the slot that holds an instant. */
  slotOf(instant: string): string;
  /** SQL for the last microsecond of the slot that begins at an instant. */
  lastOfSlot(slot: string): string;
  /** In the dialect of the cluster: minutes from 1970 to the beginning of the slot that holds an instant. */
  clusterMinuteOf(instant: string): string;
}

/** Hours that are cut at their half: also for −4:30 (Caracas until 2016) and +8:30 (Pyongyang until 2018). */
const CUT_AT_30 = [2, 3, 4, 9, 13, 14, 15, 17, 18, 19, 20];
/** Hours that are cut at their first quarter: Chatham, Eucla, Kathmandu. */
const CUT_AT_15 = [10, 11, 15, 18];

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;
/** From the year 1 to 1970: added so that remainders are those of a positive number. */
const YEAR_1_US = 62_135_596_800_000_000n;

/** Whole numbers, because it runs for every reading. */
function hourSlotOf(instant: string): string {
  const us = `(epoch_us(${instant}) + ${YEAR_1_US})`;
  const hour = `((${us} % ${DAY_US}) // ${HOUR_US})`;
  const intoHour = `${us} % ${HOUR_US}`;
  return `make_timestamp(epoch_us(${instant}) - CASE
    WHEN ${intoHour} < ${15 * MINUTE_US} THEN ${intoHour}
    WHEN ${intoHour} >= ${30 * MINUTE_US} AND ${hour} IN (${CUT_AT_30.join(', ')}) THEN ${intoHour} - ${30 * MINUTE_US}
    WHEN ${hour} IN (${CUT_AT_15.join(', ')}) THEN ${intoHour} - ${15 * MINUTE_US}
    ELSE ${intoHour} END)`;
}

function lastOfHourSlot(slot: string): string {
  return `${slot} + CASE
    WHEN minute(${slot}) = 30 THEN INTERVAL 30 MINUTE
    WHEN minute(${slot}) = 15 AND hour(${slot}) IN (${CUT_AT_30.join(', ')}) THEN INTERVAL 15 MINUTE
    WHEN minute(${slot}) = 15 THEN INTERVAL 45 MINUTE
    WHEN hour(${slot}) IN (${CUT_AT_15.join(', ')}) THEN INTERVAL 15 MINUTE
    WHEN hour(${slot}) IN (${CUT_AT_30.join(', ')}) THEN INTERVAL 30 MINUTE
    ELSE INTERVAL 1 HOUR END - INTERVAL 1 MICROSECOND`;
}

const hourClusterMinute = (instant: string) =>
  `date_diff('minute', TIMESTAMP '1970-01-01 00:00:00', date_trunc('hour', ${instant})) + CASE
      WHEN minute(${instant}) < 15 THEN 0
      WHEN minute(${instant}) >= 30 AND hour(${instant}) IN (${CUT_AT_30.join(', ')}) THEN 30
      WHEN hour(${instant}) IN (${CUT_AT_15.join(', ')}) THEN 15
      ELSE 0 END`;

/** The slots of each grain. */
export const SLOTS: Readonly<Record<RollupGrain, Slots>> = {
  '1h': {
    grain: '1h',
    ms: 3_600_000,
    longest: 'INTERVAL 1 HOUR',
    slotOf: hourSlotOf,
    lastOfSlot: lastOfHourSlot,
    clusterMinuteOf: hourClusterMinute,
  },
  '1d': {
    grain: '1d',
    ms: 86_400_000,
    longest: 'INTERVAL 1 DAY',
    slotOf: (instant) =>
      `make_timestamp(epoch_us(${instant}) - (epoch_us(${instant}) + ${YEAR_1_US}) % ${DAY_US})`,
    lastOfSlot: (slot) => `${slot} + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND`,
    clusterMinuteOf: (instant) =>
      `date_diff('minute', TIMESTAMP '1970-01-01 00:00:00', date_trunc('day', ${instant}))`,
  },
};
