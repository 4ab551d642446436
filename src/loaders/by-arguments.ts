import DataLoader from 'dataloader';
import type { Turns } from '../pace.ts';

interface OfDevice<Args> {
  readonly deviceId: string;
  readonly args: Args;
}

/**
 * A loader of what each device has by some arguments: those of one tick with equal arguments are loaded together.
 * @param turns of the operation
 * @param load answers in the order of the devices
 */
export function byArguments<Args, Answer>(
  turns: Turns,
  load: (deviceIds: readonly string[], args: Args) => Promise<readonly Answer[]>,
): DataLoader<OfDevice<Args>, Answer, string> {
  return new DataLoader(
    async (keys) => {
      const answers: (Answer | Error)[] = [];
      const groups = Map.groupBy(keys.keys(), (index) => JSON.stringify(keys[index]?.args));
      await Promise.all(
        [...groups.values()].map(async (indices) => {
          const members = indices.map((index) => keys[index] as OfDevice<Args>);
          const ids = members.map(({ deviceId }) => deviceId);
          const loaded = await load(ids, (members[0] as OfDevice<Args>).args).catch(asError);
          for (const [place, index] of indices.entries()) {
            answers[index] = loaded instanceof Error ? loaded : (loaded[place] as Answer);
          }
        }),
      );
      return answers;
    },
    {
      cacheKeyFn: ({ deviceId, args }) => JSON.stringify([deviceId, args]),
      batchScheduleFn: turns.schedule,
    },
  );
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
