export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly theirs: string;
  readonly target: string;
  readonly measured: string;
  /** null: it has no target, and is there to be known. */
  readonly met: boolean | null;
  /** Why it may miss its target; told only when it does. */
  readonly ifMissed: string;
  /** What the figure is made of; told always. */
  readonly note?: string;
}

interface Pair {
  readonly what: string;
  readonly against: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ifMissed: string;
  readonly note?: string | undefined;
}

/** More is better. */
export function requestsRow({ what, against, ours, theirs, ifMissed, note }: Pair, atLeast: number): Row {
  const ratio = ours / theirs;
  return {
    what,
    ours: `${figure(ours)} requests/s`,
    against,
    theirs: `${figure(theirs)} requests/s`,
    target: `≥ ${atLeast}×`,
    measured: `${figure(ratio)}×`,
    met: ratio >= atLeast,
    ifMissed,
    ...(note !== undefined && { note }),
  };
}

/** Less is better. */
export function timeRow(
  { what, against, ours, theirs, ifMissed, note }: Pair,
  atMost: number,
  unit: string,
): Row {
  const ratio = ours / theirs;
  return {
    what,
    ours: `${figure(ours)} ${unit}`,
    against,
    theirs: `${figure(theirs)} ${unit}`,
    target: `≤ ${atMost}×`,
    measured: `${ratio.toFixed(2)}×`,
    met: ratio <= atMost,
    ifMissed,
    ...(note !== undefined && { note }),
  };
}

/** Three digits that count. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
}

/** Collects rows, and tells of each one when it is measured. */
export function rowList(): { readonly all: readonly Row[]; add(...rows: readonly Row[]): void } {
  const all: Row[] = [];
  return {
    all,
    add(...rows) {
      for (const { what, target, measured, met } of rows) {
        console.error(
          `${met === null ? 'told  ' : met ? 'met   ' : 'missed'}  ${measured} (${target})  ${what}`,
        );
      }
      all.push(...rows);
    },
  };
}
