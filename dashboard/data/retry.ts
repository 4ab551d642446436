import { adviceFor, type Failure, UNREACHABLE } from './failure.ts';
import { jittered } from './reconnect.ts';

const SECOND_MS = 1_000;
const MOST_MS = 30 * SECOND_MS;
/** Rollups that are made for the first time are there in seconds or minutes, and somebody waits for them. */
const MOST_WARMING_MS = 10 * SECOND_MS;
/** However long the service asks to be left alone. */
const MOST_ASKED_MS = 60 * SECOND_MS;

/**
 * How long until a question is asked again, in ms: longer with each try, not the same for all pages, and not before the service
 * says. undefined: not by itself.
 * @param tries how often it has failed before
 */
export function retryDelay(
  { code, retryAfter = 0 }: Failure,
  tries: number,
  random: () => number = Math.random,
): number | undefined {
  if (!adviceFor(code).passes) return undefined;
  const first = (code === UNREACHABLE ? 2 : 5) * SECOND_MS;
  const most = code === 'WARMING_UP' ? MOST_WARMING_MS : MOST_MS;
  const delay = jittered(Math.min(most, first * 2 ** tries), random);
  return Math.max(delay, Math.min(MOST_ASKED_MS, retryAfter * SECOND_MS));
}

/**
 * How long, in ms, a question is left alone whatever happens meanwhile. Where there were too many questions, a new snapshot brings only
 * more of them; what the service lacks else may be there with it.
 */
export function leastDelay({ code, retryAfter = 0 }: Failure): number {
  const isCrowded = code === 'RATE_LIMITED' || code === 'OVERLOADED';
  return isCrowded ? Math.min(MOST_ASKED_MS, retryAfter * SECOND_MS) : 0;
}

/**
 * How long until the same is asked again, in ms, because the answer is of another snapshot than the page was told of: behind one
 * address a process may be behind. It has caught up when it lists its objects the next time, which takes 30 s as a rule. undefined:
 * not any more, until the page is told of another snapshot.
 * @param tries how often it has been asked for that before
 */
export function behindDelay(tries: number): number | undefined {
  return tries < 5 ? 2 * SECOND_MS * 2 ** tries : undefined;
}
