import { z } from 'zod';
import type { DatasetView } from '../dataset/view.ts';
import type { Engine, RunOptions } from '../engine/engine.ts';
import type { RollupStore } from '../rollup/store.ts';
import { LIVE_DAYS_BEYOND, LIVE_DAYS_SQL, localDate } from '../rollup/summaries-sql.ts';

const DAY_MS = 86_400_000;
/** Between these all readings lie: see `FIRST_TIME`. */
const FIRST_DAY_MS = Date.parse('0001-01-03');
const LAST_DAY_MS = Date.parse('9999-12-29');

/** A stretch of one day of a zone, until the next one begins. */
export interface ZonePiece {
  /** In milliseconds since 1970; whole seconds. */
  readonly start: number;
  readonly date: string;
}

/** Half open, in milliseconds since 1970; null: without an end. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Days {
  readonly from: string | null;
  readonly to: string | null;
  readonly timeZone: string;
}

const pieceRows = z.array(z.object({ start_ms: z.number(), date: z.string() }));

/**
 * Where days of `$time_zone` begin within `$days` of UTC, and at the beginning of each: exact to the second, found from quarters of
 * an hour, at one of which clocks show each date that there is.
 */
const PIECES_SQL = `WITH quarters AS (
  SELECT probe, date, lag(date) OVER (PARTITION BY day ORDER BY probe) AS before
  FROM (
    SELECT day, day + to_minutes(15 * quarter) AS probe, ${localDate('(day + to_minutes(15 * quarter))')} AS date
    FROM (SELECT unnest(CAST($days AS TIMESTAMP[])) AS day) AS days, range(97) AS quarters(quarter)
  ) AS probes
), minutes AS (${finer('quarters', 15, 'to_minutes')}), seconds AS (${finer('minutes', 60, 'to_seconds')})
SELECT CAST(epoch_ms(probe) AS DOUBLE) AS start_ms, CAST(date AS VARCHAR) AS date
FROM (
  SELECT probe, date FROM quarters WHERE before IS NULL
  UNION ALL
  -- At midnight UTC the next of these days begins of itself.
  SELECT probe, date FROM seconds WHERE before <> date AND probe <> date_trunc('day', probe)
) AS pieces
ORDER BY start_ms`;

/** Probes within those steps in which the date changes. */
function finer(probes: string, parts: number, unit: 'to_minutes' | 'to_seconds'): string {
  const at = `(stop - ${unit}(${parts}) + ${unit}(part))`;
  return `
  SELECT probe, date, coalesce(lag(date) OVER (PARTITION BY stop ORDER BY probe), date_before) AS before
  FROM (
    SELECT stop, date_before, ${at} AS probe, ${localDate(at)} AS date
    FROM (SELECT probe AS stop, before AS date_before FROM ${probes} WHERE before <> date) AS steps,
      range(1, ${parts + 1}) AS parts(part)
  ) AS probes
`;
}

/** Knows where days of zones begin: from the embedded engine's time-zone data alone, which no other edition contradicts. */
export class ZoneDays {
  private readonly engine: Engine;

  /** @param engine the embedded one */
  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** @param days of UTC, each once, in order */
  async pieces(days: readonly string[], timeZone: string, options: RunOptions): Promise<ZonePiece[]> {
    if (days.length === 0) return [];
    const statement = { name: 'zone_days', sql: PIECES_SQL, params: { days, time_zone: timeZone } };
    const rows = pieceRows.parse(await this.engine.run(statement, options));
    return rows.map(({ start_ms: start, date }) => ({ start, date }));
  }

  /** The same of all days of UTC that hold readings and may touch these days of the zone. */
  async live(
    store: RollupStore,
    view: DatasetView,
    { from, to, timeZone }: Days,
    options: RunOptions,
  ): Promise<ZonePiece[]> {
    const statement = { name: 'live_days', sql: LIVE_DAYS_SQL, params: { from, to } };
    const days = await store.run(view, statement, options);
    return this.pieces(
      days.map((row) => String(row['day'])),
      timeZone,
      options,
    );
  }

  /** The time that days take: one interval, but where clocks once went back over midnight. */
  async intervals({ from, to, timeZone }: Days, options: RunOptions): Promise<Interval[]> {
    if (timeZone === 'UTC') {
      const high = to === null ? Infinity : Date.parse(to) + DAY_MS;
      // Nothing lies beyond, and RFC 3339 cannot tell it.
      return [
        { low: from === null ? null : Date.parse(from), high: high > LAST_DAY_MS + DAY_MS ? null : high },
      ];
    }
    const pieces = await this.pieces(daysAround(from, to), timeZone, options);
    const intervals: { low: number | null; high: number | null }[] = [];
    let isIn = from === null;
    if (isIn) intervals.push({ low: null, high: null });
    for (const { start, date } of pieces) {
      const isWanted = (from === null || date >= from) && (to === null || date <= to);
      const current = intervals.at(-1);
      if (isWanted && !isIn) intervals.push({ low: start, high: null });
      if (!isWanted && isIn && current !== undefined) current.high = start;
      isIn = isWanted;
    }
    return intervals;
  }
}

/** No zone is 2 days off UTC. */
function daysAround(from: string | null, to: string | null): string[] {
  const days = [from, to].flatMap((day) =>
    day === null ? [] : [-2, -1, 0, 1, 2].map((offset) => Date.parse(day) + offset * DAY_MS),
  );
  return [...new Set(days)]
    .filter((ms) => ms >= FIRST_DAY_MS && ms <= LAST_DAY_MS)
    .sort((a, b) => a - b)
    .map(dayOf);
}

/** The days that begin at these pieces and are wanted, and the time in which all of them lie. */
export interface WantedDays extends Interval {
  /** In order; those that are not wanted, between others, included. */
  readonly starts: readonly ZonePiece[];
  isWanted(piece: ZonePiece): boolean;
}

/** @param pieces of all days of UTC that hold readings in question */
export function wantedDays(pieces: readonly ZonePiece[], { from, to }: Omit<Days, 'timeZone'>): WantedDays {
  const isWanted = ({ date }: ZonePiece) => (from === null || date >= from) && (to === null || date <= to);
  // Between days of UTC that hold no readings, and where a day of the zone goes on, nothing begins.
  const all = pieces.filter(({ date }, place) => pieces[place - 1]?.date !== date);
  const [first, last] = [all.findIndex(isWanted), all.findLastIndex(isWanted)];
  const starts = first < 0 ? [] : all.slice(first, last + 1);
  return { starts, isWanted, low: starts[0]?.start ?? null, high: all[last + 1]?.start ?? lookedAtUntil(to) };
}

/** Up to there `ZoneDays.live` looks for days that hold readings; null: to the last one. */
function lookedAtUntil(to: string | null): number | null {
  const ms = to === null ? Infinity : Date.parse(to) + LIVE_DAYS_BEYOND * DAY_MS;
  return ms > LAST_DAY_MS ? null : ms;
}

/** Whether days of the zone are those of UTC wherever these pieces are from. */
export const isUtc = (pieces: readonly ZonePiece[]) =>
  pieces.every(({ start, date }) => start % DAY_MS === 0 && dayOf(start) === date);

export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export const instantOf = (ms: number) => new Date(ms).toISOString();
