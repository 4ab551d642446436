import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimitedError } from '../../src/errors.ts';
import { RateLimit } from '../../src/http/rate-limit.ts';
import { appOver } from '../support/app-over.ts';

/** Seconds to wait, or 0 when the request is let in. */
function ask(rate: RateLimit, viewer: string, now: number): number {
  try {
    rate.take(viewer, now);
    return 0;
  } catch (error) {
    if (error instanceof RateLimitedError) return error.retryAfterSeconds;
    throw error;
  }
}

test('a burst at once, then one for each interval, for each viewer on its own', () => {
  const rate = new RateLimit({ requestsPerSecond: 2, burst: 3 });
  expect([0, 0, 0, 0].map((now) => ask(rate, 'a', now))).toEqual([0, 0, 0, 1]);
  expect(ask(rate, 'b', 0)).toBe(0);
  expect([499, 500, 501].map((now) => ask(rate, 'a', now))).toEqual([1, 0, 1]);
  expect([9_000, 9_000, 9_000, 9_000].map((now) => ask(rate, 'a', now))).toEqual([0, 0, 0, 1]);
});

test('a refusal tells how many came at once, less those that the rate has let go', () => {
  const rate = new RateLimit({ requestsPerSecond: 2, burst: 3 });
  const detailsAt = (now: number) => {
    try {
      rate.check('a', now);
    } catch (error) {
      if (error instanceof RateLimitedError) return error.details;
    }
    return undefined;
  };
  for (let request = 0; request < 3; request++) rate.take('a', 0);
  expect(detailsAt(0)).toEqual({ limit: 'viewerBurst', asked: 4, allowed: 3 });
  expect(detailsAt(499)).toEqual({ limit: 'viewerBurst', asked: 4, allowed: 3 });
  expect(detailsAt(500)).toBeUndefined();
  // Those that were let in before it was known that they count.
  for (let request = 0; request < 4; request++) rate.charge('a', 0);
  expect(detailsAt(0)).toEqual({ limit: 'viewerBurst', asked: 8, allowed: 3 });
  expect(detailsAt(1_000)).toEqual({ limit: 'viewerBurst', asked: 6, allowed: 3 });
});

/** Of a clock as `performance.now()`: whole milliseconds, and fractions. */
const moments = (min: number, max: number) =>
  fc.oneof(fc.integer({ min, max }), fc.double({ min, max, noNaN: true }));

test('whoever waits as long as it is told is let in, and never more are than the rate allows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 50 }),
      moments(0, 1e9),
      fc.array(moments(0, 2_000), { maxLength: 200 }),
      (requestsPerSecond, burst, begin, pauses) => {
        const rate = new RateLimit({ requestsPerSecond, burst });
        let now = begin;
        let admitted = 0;
        for (; admitted < burst; admitted++) expect(ask(rate, 'a', now)).toBe(0);
        for (const pause of pauses) {
          now += pause;
          const wait = ask(rate, 'a', now);
          if (wait === 0) admitted++;
          else {
            now += wait * 1000;
            expect(ask(rate, 'a', now)).toBe(0);
            admitted++;
          }
        }
        const passed = Math.floor(now) - Math.floor(begin);
        expect(admitted * 1000).toBeLessThanOrEqual(burst * 1000 + passed * requestsPerSecond);
      },
    ),
    {
      examples: [
        [95, 1, 0, [5, 9]],
        [1, 1, 15_400.4, []],
      ],
    },
  );
});

test('too many requests of one viewer are refused with 429, and nobody else is', async () => {
  const app = await appOver(
    'plain',
    {},
    { VIEWER_REQUESTS_PER_SECOND: '1', VIEWER_BURST: '2', TRUSTED_PROXIES: '1' },
  );
  try {
    const from = (viewer: string, path: string, init: RequestInit = {}) =>
      app.get(path, { ...init, headers: { ...init.headers, 'x-forwarded-for': viewer } });
    const statuses: number[] = [];
    for (let round = 0; round < 3; round++) statuses.push((await from('198.51.100.1', '/overview')).status);
    expect(statuses).toEqual([200, 200, 429]);

    const rest = await from('198.51.100.1', '/overview');
    expect(rest.headers.get('retry-after')).toBe('1');
    expect(rest.headers.get('content-type')).toBe('application/problem+json');
    expect(rest.headers.get('x-request-id')).not.toBeNull();
    expect(await rest.json()).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      detail: expect.stringContaining('limit viewerRequestsPerSecond'),
      limit: 'viewerBurst',
      asked: 3,
      allowed: 2,
    });
    for (const type of ['application/json', 'application/graphql-response+json']) {
      const graphql = await from('198.51.100.1', '/graphql?query={__typename}', {
        headers: { accept: type },
      });
      expect([graphql.status, graphql.headers.get('content-type')]).toEqual([429, `${type}; charset=utf-8`]);
      expect(await graphql.json()).toEqual({
        errors: [
          {
            message: expect.stringContaining('at most 1 requests a second'),
            extensions: { code: 'RATE_LIMITED', limit: 'viewerBurst', asked: 3, allowed: 2 },
          },
        ],
      });
    }

    expect((await from('198.51.100.2', '/overview')).status).toBe(200);
    for (const path of ['/health', '/ready', '/livez']) {
      expect([path, (await from('198.51.100.1', path)).status]).toEqual([path, 200]);
    }
    // Viewers on this machine have no rate.
    for (let round = 0; round < 5; round++) expect((await app.get('/overview')).status).toBe(200);
  } finally {
    await app.close();
  }
});
