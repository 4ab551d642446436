import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { KeyFile } from '../../src/access/key-file.ts';
import { type RecordedLog, recordLog } from '../support/recorded-log.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const OLD = newKey();
const NEW = newKey();
const textOf = (keys: Readonly<Record<string, string>>) =>
  JSON.stringify({
    keys: Object.entries(keys).map(([id, key]) => ({
      id,
      hash: `sha256:${digestOf(key).toString('hex')}`,
      devices: 'all',
    })),
  });

let directory: string;
let file: string;
let keys: KeyFile | undefined;
let says: RecordedLog['says'];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-keys-'));
  file = path.join(directory, 'keys.yaml');
});
afterEach(async () => {
  await keys?.close();
  keys = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function open(): Promise<KeyFile> {
  const recorded = recordLog();
  says = recorded.says;
  keys = await KeyFile.open(file, recorded.log);
  return keys;
}

const accepts = (opened: KeyFile, key: string) => {
  try {
    return opened.current.viewerOf(key, NOW).id;
  } catch {
    return false;
  }
};

test('a key that is added counts at once, one that is removed ceases to', async () => {
  await writeFile(file, textOf({ old: OLD }));
  const opened = await open();
  const started = performance.now();
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual(['key:old', false]);
  await writeFile(file, textOf({ old: OLD, new: NEW }));
  await says('API keys loaded anew');
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual(['key:old', 'key:new']);
  await writeFile(file, textOf({ new: NEW }));
  await says('API keys loaded anew');
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual([false, 'key:new']);
  await writeFile(file, 'keys: []');
  await says('API keys loaded anew');
  expect(accepts(opened, NEW)).toBe(false);
  // Whoever looked again every five seconds would have needed ten at least.
  expect(performance.now() - started).toBeLessThan(8_000);
});

test('a change that the file system does not tell of is found by looking again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'telemetry-keys-'));
  try {
    await writeFile(path.join(elsewhere, 'keys.yaml'), textOf({ old: OLD }));
    await symlink(path.join(elsewhere, 'keys.yaml'), file);
    const opened = await open();
    // The first one may be found by the look that follows the start.
    for (const [id, key] of [
      ['first', NEW],
      ['second', OLD],
      ['third', NEW],
    ] as const) {
      await writeFile(path.join(elsewhere, 'keys.yaml'), textOf({ [id]: key }));
      vi.advanceTimersByTime(5_000);
      await says('API keys loaded anew');
      expect(accepts(opened, key)).toBe(`key:${id}`);
    }
  } finally {
    vi.useRealTimers();
    await rm(elsewhere, { recursive: true, force: true });
  }
});

test('a broken edit leaves the keys before in place and says why; mended, it counts', async () => {
  await writeFile(file, textOf({ old: OLD }));
  const opened = await open();
  await writeFile(file, `keys: [{ id: new, hash: ${NEW}, devices: all }]`);
  await says('line 1, keys.0.hash: expected sha256: and 64 hexadecimal digits');
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual(['key:old', false]);
  await rm(file);
  await says('expected a file that can be read');
  expect(accepts(opened, OLD)).toBe('key:old');
  await writeFile(file, textOf({ new: NEW }));
  await says('API keys loaded anew');
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual([false, 'key:new']);
});

test('a file that another takes the place of, and links as Kubernetes swaps them', async () => {
  for (const [version, text] of Object.entries({ one: textOf({ old: OLD }), two: textOf({ new: NEW }) })) {
    await mkdir(path.join(directory, version));
    await writeFile(path.join(directory, version, 'keys.yaml'), text);
  }
  await symlink('one', path.join(directory, '..data'));
  await symlink('..data/keys.yaml', file);
  const opened = await open();
  expect(accepts(opened, OLD)).toBe('key:old');
  await symlink('two', path.join(directory, '..new'));
  await rename(path.join(directory, '..new'), path.join(directory, '..data'));
  await says('API keys loaded anew');
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual([false, 'key:new']);
  await writeFile(path.join(directory, 'part'), textOf({ old: OLD }));
  await rename(path.join(directory, 'part'), file);
  await says('API keys loaded anew');
  expect([accepts(opened, OLD), accepts(opened, NEW)]).toEqual(['key:old', false]);
});

test('at the start, a file that is missing or wrong stops it, with every mistake', async () => {
  await expect(open()).rejects.toThrow('API_KEYS_FILE');
  await writeFile(file, 'keys: [{ id: a }, { id: b }]');
  await expect(open()).rejects.toMatchObject({
    problems: [expect.stringContaining('keys.0.hash'), expect.stringContaining('keys.1.hash')],
  });
});
