import pMap from 'p-map';
import { z } from 'zod';
import { ConfigError } from '../../errors.ts';
import { planObjects } from './objects.ts';
import type { GenerateOptions } from './options.ts';
import { type Sink, UNFINISHED } from './sink.ts';

const DELETED_AT_ONCE = 8;

/** What decides the keys of a run, which another run of other options or of another day has to know. */
const mark = z.object({
  days: z.int().min(1).max(36_500),
  end: z.iso.datetime().transform((text) => new Date(text)),
  objects: z.int().min(1).max(1e6),
  layout: z.enum(['day', 'hive']),
});
type Keys = z.infer<typeof mark>;

/**
 * Leaves a mark until `finish` of the sink: objects beside it are those of a run that was broken off. Of these go whose
 * keys this run does not write again: the readings of both together would be more than were asked for.
 * @returns false where there are objects, and of no such run: nothing is to be done
 * @throws ConfigError when there are objects beside a mark that are neither of its run nor of this one
 */
export async function beginIfEmpty(sink: Sink, options: GenerateOptions): Promise<boolean> {
  const there = await sink.list();
  if (there.length > 0) {
    const text = await sink.readMark();
    if (text === undefined) return false;
    const own = keysOf(options);
    const before = parseMark(text);
    const old = before === undefined ? new Set<string>() : keysOf(before);
    const foreign = there.filter((key) => !own.has(key) && !old.has(key));
    if (foreign.length > 0) throw new ConfigError([refusal(sink, foreign)]);
    const stale = there.filter((key) => !own.has(key));
    await pMap(stale, (key) => sink.remove(key), { concurrency: DELETED_AT_ONCE });
  }
  const { days, end, objects, layout } = options;
  await sink.begin(JSON.stringify({ days, end, objects, layout }));
  return true;
}

function keysOf(options: Keys): Set<string> {
  return new Set(planObjects(options).map(({ key }) => key));
}

/** @returns undefined when it does not say what its run has written, as one that somebody else has made */
function parseMark(text: string): Keys | undefined {
  try {
    return mark.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function refusal({ location }: Sink, foreign: readonly string[]): string {
  return (
    `--if-empty: expected beside ${UNFINISHED} in ${location}, the mark of a run that was broken off, no objects but those of ` +
    `that run, but got: ${foreign[0]}${foreign.length > 1 ? ` and ${foreign.length - 1} more` : ''}. ` +
    `Delete the objects to have it filled anew, or ${UNFINISHED} to keep what is there`
  );
}
