import { expect } from 'vitest';
import type { TestApp } from './app.ts';

/** How long a refusal may take. */
const MOST_MS = 100;

/**
 * Asks what is to be refused, and how long that takes: the best of three, since the machine has other things to do. The
 * texts differ, so that no cache answers.
 */
export async function refusedFast(app: TestApp, query: string, variables?: unknown) {
  let best = Number.POSITIVE_INFINITY;
  let answer: Awaited<ReturnType<TestApp['post']>> | undefined;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    answer = await app.post(`${query} # ${round}`, variables);
    best = Math.min(best, performance.now() - started);
  }
  expect(best).toBeLessThan(MOST_MS);
  expect(answer).not.toHaveProperty('data');
  expect(answer?.errors).toHaveLength(1);
  return { status: answer?.status, ...answer?.errors?.[0] };
}
