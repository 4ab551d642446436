import { expect } from 'vitest';

/** Means differ in their last digits with the order of the additions (relative tolerance 1e-9). */
export function expectClose(values: readonly (number | null)[], expected: readonly (number | null)[]): void {
  const isClose = (a: number | null, b: number | null) =>
    a === null || b === null ? a === b : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
  expect(values).toHaveLength(expected.length);
  const wrong = values.flatMap((value, index) =>
    isClose(value, expected[index] ?? null) ? [] : [{ index, value, expected: expected[index] }],
  );
  expect(wrong).toEqual([]);
}
