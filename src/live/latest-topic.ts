import type { LatestReading, LatestReadingsUpdate } from '../../schema/context.ts';
import { distinctInOrder, type Topic } from './topic.ts';

type Known = Map<string, LatestReading | null>;

/**
 * The newest reading of each device, when it is another one.
 * @param own the devices, of those that the viewer may see
 */
export function latestTopic(own: readonly string[]): Topic<LatestReadingsUpdate> {
  const deviceIds = distinctInOrder(own).sort();
  /** What the subscriber knows; after a break only what has been told since. */
  const known: Known = new Map();
  return {
    field: 'latestReadings',
    next: async (answers, since, isFirst) => {
      const { version } = answers.view;
      const changed = since === null ? null : await answers.changedSince(since);
      const isReset = isFirst && changed === null;
      const asked = changed === null ? deviceIds : deviceIds.filter((deviceId) => changed.has(deviceId));
      const readings = await answers.latestReadings(asked);
      const others: Known = new Map();
      for (const [index, deviceId] of asked.entries()) {
        const reading = readings[index] ?? null;
        const before = known.get(deviceId);
        const isOther =
          before === undefined
            ? isReset || mayBeOther(reading, changed?.get(deviceId))
            : !isSame(before, reading);
        if (isOther) others.set(deviceId, reading);
      }
      if (others.size === 0 && !isFirst) return null;
      const payload = {
        version,
        reset: isReset,
        readings: [...others.values()].filter((reading) => reading !== null),
        gone: isReset ? [] : [...others].flatMap(([deviceId, reading]) => (reading ? [] : [deviceId])),
      };
      return {
        payload,
        keep: () => {
          for (const [deviceId, reading] of others) known.set(deviceId, reading);
        },
      };
    },
  };
}

/** The newest reading of a device is another one only if the day of the old or of the new one has changed, and the old one was not older. */
function mayBeOther(reading: LatestReading | null, days: readonly string[] | undefined): boolean {
  if (reading === null || days === undefined) return true;
  // Days of years beyond four digits are no text that compares.
  return days.some((day) => day.length !== 10 || day >= reading.timestamp.slice(0, 10));
}

function isSame(a: LatestReading | null, b: LatestReading | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.timestamp === b.timestamp &&
    a.voltage === b.voltage &&
    a.temperature === b.temperature &&
    a.soc === b.soc
  );
}
