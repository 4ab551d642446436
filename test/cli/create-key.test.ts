import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { parseKeys } from '../../src/access/parse-keys.ts';
import { addKey } from '../../src/cli/key/add-key.ts';
import { parseOptions } from '../../src/cli/key/options.ts';
import { ConfigError } from '../../src/errors.ts';
import { telemetryApi } from '../support/cli.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-create-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => telemetryApi(['key', 'create', ...args], { cwd: folder });
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
  const failed = 1;
  const mistyped = 2;
  for (const [expected, args] of [
    [failed, ['--id', 'a', '--all-devices']],
    [failed, ['--id', 'b', '--tenant', 'nobody']],
    [failed, ['--id', 'b', '--all-devices', '--expires', 'soon']],
    [failed, ['--id', 'b', '--all-devices', '--permission', 'write']],
    [mistyped, ['--id', 'b']],
    [mistyped, ['--all-devices']],
    [mistyped, ['--id', 'b', '--all-devices', '--prefix', 'p']],
    [mistyped, ['--name', 'b']],
  ] as const) {
    const { code, stdout, stderr } = await run(...args, '--file', file);
    expect([args, code, stdout]).toEqual([args, expected, '']);
    expect(stderr).toMatch(
      /^- .+\nSee telemetry-api key create --help\.\n$|^error: unknown option '--name'/s,
    );
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
  const options = (usual: string | undefined, file?: string) =>
    parseOptions({ id: 'a', allDevices: true, ...(file && { file }) }, usual);
  expect(options('usual.yaml')).toMatchObject({ file: 'usual.yaml' });
  expect(options('usual.yaml', 'other.yaml')).toMatchObject({ file: 'other.yaml' });
  expect(options(' ')).toMatchObject({ file: undefined });
  expect(() => parseOptions({ id: 'a', tenant: 'north' }, undefined)).toThrow('API_KEYS_FILE');
});
