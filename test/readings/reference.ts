import type { Reading } from '../support/reference.ts';

/** The arguments of a page, with the places of cursors in the whole order instead of cursors. */
export interface PlacedArgs {
  readonly from: string | null;
  readonly to: string | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly after: number | null;
  readonly before: number | null;
}

const DEFAULT_PAGE = 100;

/** The rows of a device in order: by time, and rows of equal time as `readReadings` has them, by key and row. */
export function ordered(readings: readonly Reading[], direction: 'ASC' | 'DESC'): Reading[] {
  const sorted = readings.toSorted((a, b) => (a.micros < b.micros ? -1 : a.micros > b.micros ? 1 : 0));
  return direction === 'ASC' ? sorted : sorted.reverse();
}

/**
 * The specification's own pseudocode (§ 4.4 EdgesToReturn and § 5.1.2) over a list. A cursor cuts at its place, whether or
 * not its row is among those of the time that is asked for.
 */
export function specification(all: readonly Reading[], args: PlacedArgs) {
  const [from, to] = [microsOf(args.from), microsOf(args.to)];
  const inTime = [...all.keys()].filter((index) => {
    const micros = all[index]?.micros ?? 0n;
    return (from === null || micros >= from) && (to === null || micros < to);
  });
  const { after, before, last } = args;
  const first = args.first ?? (last === null ? DEFAULT_PAGE : null);
  let edges = inTime.filter(
    (index) => (after === null || index > after) && (before === null || index < before),
  );
  const ranged = edges.length;
  if (first !== null) edges = edges.slice(0, first);
  if (last !== null) edges = edges.slice(Math.max(0, edges.length - last));
  return {
    totalCount: inTime.length,
    rows: edges.map((index) => nodeOf(all[index] as Reading)),
    hasPreviousPage: last === null ? after !== null && inTime.some((index) => index <= after) : ranged > last,
    hasNextPage: first === null ? before !== null && inTime.some((index) => index >= before) : ranged > first,
  };
}

function nodeOf({ micros, ...values }: Reading) {
  return { ...values, timestamp: textOf(micros) };
}

function microsOf(instant: string | null): bigint | null {
  if (instant === null) return null;
  const [, seconds = '', micros = ''] = /^(.{19})\.(\d{6})Z$/.exec(instant) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(micros);
}

function textOf(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - rest) / 1000n)).toISOString();
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(3, '0').replace(/0+$/, '')}Z`);
}
