import { LIMITS, type LimitName } from '../../schema/limit-values.ts';
import { ArgumentError } from '../errors.ts';

/** @throws ArgumentError unless the number is one from `least` to the limit, which the message names. */
export function checkWithin(limit: LimitName, argument: string, value: number, least = 1): number {
  const most = LIMITS[limit].value;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new ArgumentError(
    argument,
    `expected a whole number from ${least} to ${most} (limit ${limit}), but got: ${value}`,
  );
}

/** @throws ArgumentError when a list is longer than the limit, which the message names. */
export function checkLength(limit: LimitName, argument: string, list: readonly unknown[]): void {
  const { value, unit } = LIMITS[limit];
  if (list.length <= value) return;
  throw new ArgumentError(
    argument,
    `expected at most ${value} ${unit} (limit ${limit}), but got: ${list.length}`,
  );
}
