import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atPace } from '../../src/storage/pace.ts';

async function* body(pieces: number, bytes: number, everyMs: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < pieces; piece++) {
    await delay(everyMs);
    yield new Uint8Array(bytes);
  }
}

async function length(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of pieces) bytes += piece.length;
  return bytes;
}

test('a body that comes with some speed comes whole, however long it takes', async () => {
  expect(await length(atPace(body(20, 1_000, 10), 50))).toBe(20_000);
});

test('a body that trickles is given up after the first window, not after its end', async () => {
  const began = performance.now();
  await expect(length(atPace(body(1_000, 10, 10), 50))).rejects.toMatchObject({ code: 'TOO_SLOW' });
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('a small body that is over within the window may be as slow as that', async () => {
  expect(await length(atPace(body(2, 1, 5), 10_000))).toBe(2);
});
