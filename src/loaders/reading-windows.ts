import { z } from 'zod';
import type { Slots } from '../rollup/slots.ts';
import { comparable } from './instants.ts';
import { boundsOf, type ReadingScan, type ReadingWindow } from './reading-scan.ts';

/** The partial of one object in one slot of a device. */
export const slotRow = z.object({
  device_id: z.string(),
  /** When it begins. */
  slot: z.string(),
  readings: z.int(),
  key: z.string(),
});
type SlotRow = z.infer<typeof slotRow>;

/**
 * Where the rows of a scan lie at the least: in so many slots, from the end at which it begins, that those which it takes
 * whole hold its limit. Also which objects these are in.
 *
 * A slot counts as long as the longest are. A window may so reach into the next slot, though not into its
 * objects: what is missing there comes after the rows that are wanted.
 *
 * @param partials by device and slot, those that have readings within the bounds of the scan
 */
export function windowsOf(
  partials: readonly SlotRow[],
  scan: ReadingScan,
  { ms }: Pick<Slots, 'ms'>,
): { windows: readonly ReadingWindow[]; keys: ReadonlySet<string> } {
  const { low, high } = boundsOf(scan);
  const [lowest, highest] = [low && comparable(low), high && comparable(high)];
  const after = (slot: string) => new Date(Date.parse(slot) + ms).toISOString();
  const keys = new Set<string>();
  const windows: ReadingWindow[] = [];
  for (const [deviceId, own] of Map.groupBy(partials, ({ device_id }) => device_id)) {
    const slots = [...Map.groupBy(own, ({ slot }) => slot)];
    if (!scan.ascending) slots.reverse();
    const taken: string[] = [];
    let counted = 0;
    for (const [slot, members] of slots) {
      if (counted >= scan.limit) break;
      const [begins, ends] = [comparable(slot), comparable(after(slot))];
      taken.push(slot);
      for (const { key } of members) keys.add(key);
      const isWhole = (lowest === null || begins > lowest) && (highest === null || ends <= highest);
      if (isWhole) for (const { readings } of members) counted += readings;
    }
    const [first, last] = scan.ascending ? [taken[0], taken.at(-1)] : [taken.at(-1), taken[0]];
    if (first !== undefined && last !== undefined) windows.push({ deviceId, low: first, high: after(last) });
  }
  return { windows, keys };
}
