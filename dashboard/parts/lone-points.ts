/**
 * Where values stand that no line leads to or from, so that they have to be drawn as points. Pure.
 * @param values null: a gap; undefined: a time of another line, over which this one goes on
 */
export function lonePoints(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  let lone: number | undefined;
  let isBegun = false;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (value === null) {
      if (lone !== undefined) found.push(lone);
      lone = undefined;
      isBegun = false;
    } else {
      lone = isBegun ? undefined : at;
      isBegun = true;
    }
  }
  if (lone !== undefined) found.push(lone);
  return found;
}
