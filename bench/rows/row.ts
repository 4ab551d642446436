export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly theirs: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
  /** Why it may miss its target; told only when it does. */
  readonly ifMissed: string;
}

interface Pair {
  readonly what: string;
  readonly against: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ifMissed: string;
}

/** More is better. */
export function requestsRow({ what, against, ours, theirs, ifMissed }: Pair, atLeast: number): Row {
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
  };
}

/** Less is better. */
export function timeRow({ what, against, ours, theirs, ifMissed }: Pair, atMost: number, unit: string): Row {
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
  };
}

/** Three digits that count. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
}
