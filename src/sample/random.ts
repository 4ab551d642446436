/** Draws a number from `from` (inclusive) to `to` (exclusive). */
export type Draw = (from: number, to: number) => number;

/** Mulberry32 (Tommy Ettinger, public domain): the same seed gives the same draws on every machine. */
export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return from + (to - from) * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32);
  };
}
