import type { TimeRange } from '../../schema/context.ts';
import { ArgumentError } from '../errors.ts';
import { comparable } from './instants.ts';

/**
 * Of equal ends the range is empty, and so is the answer.
 * @throws ArgumentError when it ends before it begins
 */
export function checkRange({ from, to }: TimeRange): TimeRange {
  if (from !== null && to !== null && comparable(from) > comparable(to)) {
    throw new ArgumentError('from', `expected an instant not after \`to\` (${to}), but got: ${from}`);
  }
  return { from, to };
}
