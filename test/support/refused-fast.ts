import { expect } from 'vitest';
import type { TestApp } from './app.ts';
import { fastest } from './fastest.ts';

/** How long a refusal may take. */
const MOST_MS = 100;

/** Asks what is to be refused, and how long that takes. The texts differ, so that no cache answers. */
export async function refusedFast(app: TestApp, query: string, variables?: unknown) {
  let answer: Awaited<ReturnType<TestApp['post']>> | undefined;
  let round = 0;
  const refuse = async () => {
    answer = await app.post(`${query} # ${round++}`, variables);
  };
  expect(await fastest(refuse)).toBeLessThan(MOST_MS);
  expect(answer).not.toHaveProperty('data');
  expect(answer?.errors).toHaveLength(1);
  return { status: answer?.status, ...answer?.errors?.[0] };
}
