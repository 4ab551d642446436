import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addKey } from '../../scripts/create-key/add-key.ts';
import { parseOptions } from '../../scripts/create-key/options.ts';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { parseKeys } from '../../src/access/parse-keys.ts';
import { ConfigError } from '../../src/errors.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/create-key.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-create-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const { PATH = '' } = process.env;
  return promisify(execFile)(process.execPath, [SCRIPT, ...args], { cwd: folder, env: { PATH } });
};
const keyIn = (output: string) => /^tak_\S{43}$/m.exec(output)?.[0] ?? '';
const entryOf = (id: string, more: object = { devices: 'all' as const }) => ({
  id,
  hash: `sha256:${digestOf(newKey()).toString('hex')}`,
  ...more,
});

test('the key is shown once, its hash is kept, and the service takes it', async () => {
  const file = path.join(folder, 'keys.yaml');
  const first = await run(
    '--id',
    'frontend',
    '--prefix',
    'pack-a',
    '--expires',
    '2027-01-01',
    '--file',
    file,
  );
  const second = await run(
    '--id',
    'ops',
    '--all-devices',
    '--permission',
    'read',
    '--permission',
    'refresh',
    '--file',
    file,
  );
  const text = await readFile(file, 'utf8');
  const ring = parseKeys(text);
  expect(ring.viewerOf(keyIn(first.stdout), NOW)).toEqual({
    id: 'key:frontend',
    devices: { ids: [], prefixes: ['pack-a'] },
    permissions: new Set(['read']),
  });
  expect(ring.viewerOf(keyIn(second.stdout), NOW)).toMatchObject({
    devices: null,
    permissions: new Set(['read', 'refresh']),
  });
  expect(ring.keys[0]?.expires).toEqual(new Date('2027-01-01T00:00:00Z'));
  expect(text).not.toContain('tak_');
  expect(first.stdout.match(/tak_/g)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['keys.yaml']);
});

test('without a file the entry is printed, ready to be added', async () => {
  const { stdout } = await run('--id', 'one', '--device', 'dev-1', '--prefix', 'p');
  const entry = stdout.slice(stdout.indexOf('\nkeys:'), stdout.indexOf('The key one'));
  expect(parseKeys(entry).viewerOf(keyIn(stdout), NOW).devices).toEqual({ ids: ['dev-1'], prefixes: ['p'] });
});

test('a mistake changes no file, and is told in a line', async () => {
  const file = path.join(folder, 'kept.yaml');
  const text = `keys: [{ id: a, hash: "sha256:${'0'.repeat(64)}", devices: all }]\n`;
  await writeFile(file, text);
  for (const args of [
    ['--id', 'a', '--all-devices'],
    ['--id', 'b', '--tenant', 'nobody'],
    ['--id', 'b', '--all-devices', '--expires', 'soon'],
    ['--id', 'b', '--all-devices', '--permission', 'write'],
    ['--id', 'b'],
    ['--all-devices'],
    ['--id', 'b', '--all-devices', '--prefix', 'p'],
    ['--name', 'b'],
  ]) {
    const failed = await run(...args, '--file', file).then(
      () => undefined,
      (error: { code: number; stderr: string; stdout: string }) => error,
    );
    expect([args, failed?.code]).toEqual([args, 1]);
    expect(failed?.stderr).toMatch(/^- .+\nSee --help\.\n$/s);
    expect(failed?.stdout).toBe('');
    expect(await readFile(file, 'utf8')).toBe(text);
  }
});

test('comments stay, JSON stays JSON, and a file that is broken already is left alone', () => {
  const yaml = '# who may ask\ntenants:\n  north: { prefixes: [ p ] } # the north\nkeys: []\n';
  const added = addKey(yaml, entryOf('a', { tenant: 'north' }));
  expect(added).toContain('# who may ask');
  expect(added).toContain('# the north');
  expect(parseKeys(addKey(added, entryOf('b'))).keys.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(JSON.parse(addKey('{"keys": []}', entryOf('a'))).keys).toHaveLength(1);
  for (const broken of ['keys: 5', 'keys: [', 'users: []']) {
    expect(() => addKey(broken, entryOf('a'))).toThrow(ConfigError);
  }
});

test('the file is that of API_KEYS_FILE unless another is named', () => {
  const args = ['--id', 'a', '--all-devices'];
  const options = (usual: string | undefined, ...more: string[]) => parseOptions([...args, ...more], usual);
  expect(options('usual.yaml')).toMatchObject({ file: 'usual.yaml' });
  expect(options('usual.yaml', '--file', 'other.yaml')).toMatchObject({ file: 'other.yaml' });
  expect(options(' ')).toMatchObject({ file: undefined });
  expect(parseOptions(['--help'], undefined)).toBe('help');
  expect(() => parseOptions(['--id', 'a', '--tenant', 'north'], undefined)).toThrow('API_KEYS_FILE');
});
