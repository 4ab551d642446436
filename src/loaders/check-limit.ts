import { LIMITS, type LimitName } from '../../schema/limit-values.ts';
import { ArgumentError } from '../errors.ts';

/** @throws ArgumentError unless the number is one from 1 to the limit, which the message names. */
export function checkWithin(limit: LimitName, argument: string, value: number): number {
  const most = LIMITS[limit].value;
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new ArgumentError(
    argument,
    `expected a whole number from 1 to ${most} (limit ${limit}), but got: ${value}`,
  );
}
