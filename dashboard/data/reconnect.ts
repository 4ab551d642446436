import { type Failure, UNREACHABLE } from './failure.ts';

const SECOND_MS = 1_000;
/** A connection that broke off: most are there again at once. */
const BROKEN = { first: SECOND_MS, most: 30 * SECOND_MS };
/** A service that stops: it goes on for some seconds, and takes no new subscriptions. */
const ENDED = { ...BROKEN, first: 5 * SECOND_MS };
/** A service or proxy that does not let anybody listen, or not now. */
const REFUSED = { first: 30 * SECOND_MS, most: 300 * SECOND_MS };

/** A connection that broke off, or a service that is being replaced. */
const PASSING = new Set([UNREACHABLE, 'SHUTTING_DOWN', 'WARMING_UP']);

/** Nobody is let listen, and that stays so for a while. */
export function isRefusal(failure: Failure | undefined): boolean {
  return failure !== undefined && !PASSING.has(failure.code);
}

/**
 * How long until listening is tried again, in ms: longer with each try, and not the same for all pages that one service has left.
 * @param failure why the stream is over; undefined: the service said that it ends
 * @param tries how often it was tried since it last held
 */
export function reconnectDelay(
  failure: Failure | undefined,
  tries: number,
  random: () => number = Math.random,
): number {
  const { first, most } = failure === undefined ? ENDED : isRefusal(failure) ? REFUSED : BROKEN;
  const delay = jittered(Math.min(most, first * 2 ** tries), random);
  const asked = Math.min(REFUSED.most, (failure?.retryAfter ?? 0) * SECOND_MS);
  return Math.max(delay, asked);
}

/** From the half of it to all of it. */
export function jittered(ms: number, random: () => number = Math.random): number {
  return ms * (0.5 + random() / 2);
}
