/** Which chart a table of rows makes. Pure. */

import type { ChartLine } from '../../parts/chart-model.ts';

export type Row = Readonly<Record<string, unknown>>;

/** How a table could be drawn: over which time, divided by what, and which figures. */
export interface Drawable {
  readonly time: string;
  /** Times are days of a calendar, which have no zone. */
  readonly isDaily: boolean;
  readonly numbers: readonly string[];
  /** Null: one line. */
  readonly group: string | null;
}

export interface Drawn {
  readonly timestamps: readonly number[];
  readonly lines: readonly ChartLine[];
  /** How many groups are left out, so that the lines can be told apart. */
  readonly leftOut: number;
}

/** As many lines as there are colours. */
export const MOST_LINES = 8;
const INSTANT = /^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/;

/** @returns undefined when no column tells a time, or none a figure */
export function drawable(rows: readonly Row[]): Drawable | undefined {
  const names = Object.keys(rows[0] ?? {});
  const time = names.find((name) => holds(rows, name, isTime));
  const numbers = names.filter((name) => holds(rows, name, (value) => typeof value === 'number'));
  if (time === undefined || numbers.length === 0) return undefined;
  const group = names.find(
    (name) => name !== time && holds(rows, name, (value) => typeof value === 'string'),
  );
  return { time, isDaily: holds(rows, time, isDay), numbers, group: group ?? null };
}

/** Whether a column tells instants, which the API writes in UTC. */
export function isInstant(rows: readonly Row[], name: string): boolean {
  return holds(rows, name, (value) => isTime(value) && !isDay(value));
}

const isTime = (value: unknown) => typeof value === 'string' && INSTANT.test(value);
const isDay = (value: unknown) => isTime(value) && String(value).length === 'YYYY-MM-DD'.length;

function holds(rows: readonly Row[], name: string, is: (value: unknown) => boolean): boolean {
  const known = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined);
  return known.length > 0 && known.every(is);
}

/**
 * A line for each group, in the order in which these come, all at the same times; of two rows at one time the later counts. A row
 * without a value breaks its line (null); a time of other groups does not (undefined).
 * @param only the one group that is drawn; null: the first ones
 */
export function drawn(
  rows: readonly Row[],
  { time, group }: Drawable,
  number: string,
  only: string | null,
): Drawn {
  const groups = new Map<string, Map<number, number | null>>();
  const times = new Set<number>();
  for (const row of rows) {
    const [at, value] = [Date.parse(String(row[time])), row[number]];
    if (Number.isNaN(at)) continue;
    const name = group === null ? number : String(row[group]);
    if (only !== null && name !== only) continue;
    const line = groups.get(name) ?? new Map<number, number | null>();
    groups.set(name, line);
    line.set(at, typeof value === 'number' && Number.isFinite(value) ? value : null);
  }
  const shown = [...groups].slice(0, MOST_LINES);
  for (const [, line] of shown) for (const at of line.keys()) times.add(at);
  const timestamps = [...times].sort((a, b) => a - b);
  return {
    timestamps,
    lines: shown.map(([label, line], index) => ({
      label,
      colour: `${index + 1}`,
      values: timestamps.map((at) => line.get(at)),
    })),
    leftOut: groups.size - shown.length,
  };
}

/** The groups that there are, in the order in which they come. */
export function groupsOf(rows: readonly Row[], { group }: Drawable): string[] {
  return group === null ? [] : [...new Set(rows.map((row) => String(row[group])))];
}
