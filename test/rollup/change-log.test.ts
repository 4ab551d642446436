import { expect, test } from 'vitest';
import { firstForgotten } from '../../src/rollup/change-log.ts';

test('the newest exchanges are kept as far as their rows fit, and nothing in between is left out', () => {
  expect(firstForgotten([], 10)).toBe(0);
  expect(firstForgotten([[7, 10]], 10)).toBe(0);
  expect(firstForgotten([[7, 11]], 10)).toBe(7);
  expect(
    firstForgotten(
      [
        [9, 4],
        [8, 4],
        [7, 4],
        [6, 1],
      ],
      10,
    ),
  ).toBe(7);
});
