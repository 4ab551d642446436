import { LRUCache } from 'lru-cache';
import { RateLimitedError } from '../errors.ts';

/** Viewers that are remembered: who is forgotten has a full bucket again. */
const MOST_VIEWERS = 10_000;

export interface Rate {
  readonly requestsPerSecond: number;
  /** Requests that may come at once after a rest. */
  readonly burst: number;
}

/**
 * A bucket of `burst` tokens for each viewer, refilled by `requestsPerSecond`; a request takes one. Kept as one number, the
 * moment at which the bucket is full again (GCRA).
 */
export class RateLimit {
  private readonly rate: Rate;
  private readonly fullAt = new LRUCache<string, number>({ max: MOST_VIEWERS });

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** @param now in milliseconds, of any clock that only goes on. @throws RateLimitedError when the bucket is empty. */
  take(viewer: string, now: number): void {
    const { requestsPerSecond, burst } = this.rate;
    const interval = 1000 / requestsPerSecond;
    const fullAt = Math.max(now, this.fullAt.get(viewer) ?? now) + interval;
    const waitMs = fullAt - burst * interval - now;
    if (waitMs <= 0) {
      this.fullAt.set(viewer, fullAt);
      return;
    }
    const limit = 'viewerRequestsPerSecond';
    throw new RateLimitedError(
      `expected at most ${requestsPerSecond} requests a second (limit ${limit}), ${burst} at once, but got more`,
      { limit, asked: requestsPerSecond + 1, allowed: requestsPerSecond },
      Math.ceil(waitMs / 1000),
    );
  }
}
