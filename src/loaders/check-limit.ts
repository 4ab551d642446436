import { LIMITS, type LimitName } from '../../schema/limit-values.ts';
import { ArgumentError, type Excess } from '../errors.ts';

/**
 * @param least a limit of its own; unset: 1
 * @throws ArgumentError unless the number is one within the limits, which the message and the details name.
 */
export function checkWithin(limit: LimitName, argument: string, value: number, least?: LimitName): number {
  const most = LIMITS[limit].value;
  const fewest = least === undefined ? 1 : LIMITS[least].value;
  if (Number.isSafeInteger(value) && value >= fewest && value <= most) return value;
  const from = least === undefined ? '1' : `${fewest} (limit ${least})`;
  throw new ArgumentError(
    argument,
    `expected a whole number from ${from} to ${most} (limit ${limit}), but got: ${value}`,
    { exceeded: value < fewest ? exceeded(least, value) : exceeded(limit, value) },
  );
}

/** @throws ArgumentError for a `first` or `last` below 0; null: not given */
export function checkCount(argument: string, count: number | null): number | null {
  if (count !== null && count < 0)
    throw new ArgumentError(argument, `expected a whole number from 0, but got: ${count}`);
  return count;
}

/** @throws ArgumentError when a list is longer than the limit, which the message and the details name. */
export function checkLength(limit: LimitName, argument: string, list: readonly unknown[]): void {
  const { value, unit } = LIMITS[limit];
  if (list.length <= value) return;
  throw new ArgumentError(
    argument,
    `expected at most ${value} ${unit} (limit ${limit}), but got: ${list.length}`,
    { exceeded: exceeded(limit, list.length) },
  );
}

/** Facts for the client; undefined for what is no amount at all. */
export function exceeded(limit: LimitName | undefined, asked: number): Excess | undefined {
  return limit === undefined || !Number.isSafeInteger(asked)
    ? undefined
    : { limit, asked, allowed: LIMITS[limit].value };
}
