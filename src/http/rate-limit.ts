import { LRUCache } from 'lru-cache';
import { RateLimitedError } from '../errors.ts';

/** Viewers that are remembered: who is forgotten has a full bucket again. */
const MOST_VIEWERS = 10_000;
/** One request, in the unit that moments are told in. */
const REQUEST = 1000;

export interface Rate {
  readonly requestsPerSecond: number;
  /** Requests that may come at once after a rest. */
  readonly burst: number;
}

/**
 * A bucket of `burst` tokens for each viewer, refilled by `requestsPerSecond`; a request takes one. Kept as one number, the
 * moment at which the bucket is full again (GCRA). Moments are told in the thousandths of a request that the rate has let in
 * until then: whole numbers, of a clock cut to whole milliseconds, since rounding would refuse who waited as told (intervals
 * such as 1000 / 95 ms), or the last of a burst (15,400.4 + 1000 - 15,400.4 is more than 1000).
 */
export class RateLimit {
  private readonly rate: Rate;
  private readonly fullAt = new LRUCache<string, number>({ max: MOST_VIEWERS });

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** @param now in milliseconds, of any clock that only goes on. @throws RateLimitedError when the bucket is empty. */
  take(viewer: string, now: number): void {
    this.check(viewer, now);
    this.charge(viewer, now);
  }

  /** What `take` would throw, with nothing taken. */
  check(viewer: string, now: number): void {
    const { requestsPerSecond, burst } = this.rate;
    // What came at once, less what the rate has let go since.
    const held = this.fullAfter(viewer, now) - this.moment(now);
    const wait = held - burst * REQUEST;
    if (wait <= 0) return;
    const limit = 'viewerBurst';
    const asked = Math.ceil(held / REQUEST);
    throw new RateLimitedError(
      `expected at most ${requestsPerSecond} requests a second (limit viewerRequestsPerSecond) and ${burst} at once (limit ${limit}), but got: ${asked}`,
      { limit, asked, allowed: burst },
      Math.ceil(wait / REQUEST / requestsPerSecond),
    );
  }

  /** Takes even what is not there, for what was let in before it was known to count: it has to be waited for later. */
  charge(viewer: string, now: number): void {
    this.fullAt.set(viewer, this.fullAfter(viewer, now));
  }

  /** When the bucket is full again after one request more. */
  private fullAfter(viewer: string, now: number): number {
    const moment = this.moment(now);
    return Math.max(moment, this.fullAt.get(viewer) ?? moment) + REQUEST;
  }

  private moment(now: number): number {
    return Math.floor(now) * this.rate.requestsPerSecond;
  }
}
