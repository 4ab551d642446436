import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { showProgress } from '../src/progress-bar.ts';

/** What a terminal of 80 columns is sent. */
function terminal(isTTY: boolean) {
  const stream = new PassThrough({ encoding: 'utf8' });
  const written = { text: '' };
  stream.on('data', (text: string) => {
    written.text += text;
  });
  return { stream: Object.assign(stream, { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream, written };
}

const CLEAR_LINE = '\u001b[2K';
const half = { objects: 10, objectsDone: 5, bytes: 1000, bytesDone: 500, secondsLeft: 7 };

test('a terminal shows how far the build is, and the bar goes with it', async () => {
  const { stream, written } = terminal(true);
  let progress: typeof half | null = half;
  onTestFinished(showProgress(() => progress, stream));
  while (!written.text.includes('5/10')) await once(stream, 'data');
  expect(written.text).toContain('50% (5/10 objects, 7 s left)');
  progress = null;
  const before = written.text.length;
  while (!written.text.slice(before).includes(CLEAR_LINE)) await once(stream, 'data');
});

test('what is no terminal is left alone', () => {
  const { stream, written } = terminal(false);
  showProgress(() => half, stream)();
  expect(written.text).toBe('');
});
