import { expect, test } from 'vitest';
import { digestOf, KEY_PATTERN, newKey } from '../../src/access/api-key.ts';
import { YamlMistakes } from '../../src/access/checked-yaml.ts';
import { parseKeys } from '../../src/access/parse-keys.ts';
import { TokenExpiredError, UnauthorizedError } from '../../src/errors.ts';

const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;
const NOW = new Date('2026-06-01T12:00:00Z');

function problemsOf(text: string): readonly string[] {
  try {
    parseKeys(text);
  } catch (error) {
    if (error instanceof YamlMistakes) return error.problems;
    throw error;
  }
  return [];
}

test('keys can be told from other text, and no two are alike', () => {
  const keys = Array.from({ length: 100 }, newKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(KEY_PATTERN);
});

test('everything that the file can say arrives', () => {
  const [a, b, c, d] = [newKey(), newKey(), newKey(), newKey()] as const;
  const ring = parseKeys(`
# who may ask
tenants:
  north: { ids: [dev-9], prefixes: [pack-0, pack-1] }
  operators: all
keys:
  - { id: frontend, hash: "${hashOf(a)}", devices: { prefixes: [pack-a] } }
  - id: importer
    hash: ${hashOf(b)}
    expires: 2026-06-01T14:00:00+02:00
    permissions: [refresh]
    devices: all
  - { id: north.app, hash: "${hashOf(c)}", tenant: north, expires: 2026-06-02 }
  - { id: ops, hash: "${hashOf(d)}", tenant: operators, permissions: [read, refresh, explain] }
`);
  expect(ring.viewerOf(a, NOW)).toEqual({
    id: 'key:frontend',
    devices: { ids: [], prefixes: ['pack-a'] },
    permissions: new Set(['read']),
  });
  expect(ring.viewerOf(c, NOW).devices).toEqual({ ids: ['dev-9'], prefixes: ['pack-0', 'pack-1'] });
  expect(ring.viewerOf(d, NOW)).toEqual({
    id: 'key:ops',
    devices: null,
    permissions: new Set(['read', 'refresh', 'explain']),
  });
  const before = new Date(NOW.getTime() - 1);
  expect(ring.viewerOf(b, before)).toMatchObject({ devices: null, permissions: new Set(['refresh']) });
  expect(() => ring.viewerOf(b, NOW)).toThrow(TokenExpiredError);
  expect(() => ring.viewerOf(c, new Date('2026-06-02T00:00:00Z'))).toThrow(TokenExpiredError);
  expect(() => ring.viewerOf(newKey(), NOW)).toThrow(UnauthorizedError);
  expect(ring.tenants).toEqual(
    new Map([
      ['north', { ids: ['dev-9'], prefixes: ['pack-0', 'pack-1'] }],
      ['operators', null],
    ]),
  );
});

test('JSON is fine, and so is a file without keys', () => {
  const key = newKey();
  const json = JSON.stringify({ keys: [{ id: 'a', hash: hashOf(key), devices: { ids: ['d'] } }] }, null, 2);
  expect(parseKeys(json).viewerOf(key, NOW).devices).toEqual({ ids: ['d'], prefixes: [] });
  expect(parseKeys('keys: []').keys).toEqual([]);
});

test('every mistake is told with its line and place', () => {
  expect(
    problemsOf(`tenants:
  north: { prefixes: [] }
  south: some
keys:
  - id: a b
    hash: sha256:abc
    devices: { prefix: pack }
  - id: c
    hash: ${hashOf('x')}
    expires: next year
    permissions: [read, write]
    devices: all
    colour: red
  - id: d
    hash: ${hashOf('y')}
  - id: e
    hash: ${hashOf('z')}
    devices: all
    tenant: north
  - id: f
    hash: ${hashOf('zz')}
    devices: { prefixes: [""] }
`),
  ).toEqual([
    'line 2, tenants.north.prefixes: expected at least one',
    'line 3, tenants.south: expected all, or ids or prefixes, like { prefixes: [pack-a] }',
    'line 5, keys.0.id: expected a name of letters, digits, ".", "_" and "-", but got: "a b"',
    'line 6, keys.0.hash: expected sha256: and 64 hexadecimal digits; what came is not shown here',
    'line 7, keys.0.devices.prefix: expected no key of this name here',
    'line 7, keys.0.devices: expected ids or prefixes, but got neither',
    'line 10, keys.1.expires: expected a day, which is its midnight UTC, or an instant, like 2027-01-31T12:00:00Z, but got: "next year"',
    'line 11, keys.1.permissions.1: expected one of read, refresh, explain, but got: "write"',
    'line 13, keys.1.colour: expected no key of this name here',
    'line 14, keys.2: expected either devices or tenant; devices: all stands for every device',
    'line 16, keys.3: expected either devices or tenant; devices: all stands for every device',
    'line 22, keys.4.devices.prefixes.0: expected text, but got nothing',
  ]);
});

test('keys do not contradict each other', () => {
  const hash = hashOf('x');
  expect(
    problemsOf(`keys:
  - { id: a, hash: "${hash}", devices: all }
  - { id: a, hash: "${hashOf('y')}", devices: all }
  - { id: b, hash: "${hash}", devices: all }
  - { id: c, hash: "${hashOf('z')}", tenant: toString }
`),
  ).toEqual([
    'line 3, keys.1.id: expected an id of its own, but there is another a',
    'line 4, keys.2.hash: expected a key only once',
    'line 5, keys.3.tenant: expected one of tenants:, but got: toString',
  ]);
});

test.each([
  ['', 'line 1: expected tenants: and keys:'],
  ['- a', 'line 1: expected tenants: and keys:'],
  ['keys: 5', 'line 1, keys: expected a list of keys'],
  ['keys: []\nkeys: []', 'line 2: expected YAML or JSON, but map keys must be unique'],
  [
    'a: [',
    'line 1: expected YAML or JSON, but flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
])('%j is no file of keys', (text, problem) => {
  expect(problemsOf(text)).toContain(problem);
});

test('no mistake repeats a key, wherever it was put', () => {
  const key = newKey();
  const texts = [
    `keys: [{ id: a, hash: ${key}, devices: all }]`,
    `keys: [{ id: ${key}, hash: ${hashOf('x')}, devices: all }]`,
    `keys: [{ id: a, hash: ${hashOf('x')}, tenant: ${key} }]`,
    `keys: [{ id: a, hash: ${hashOf('x')}, ${key}: 1, devices: all, expires: ${key} }]`,
    `keys: [{ id: a, hash: ${hashOf('x')}, permissions: [${key}], devices: all }]`,
    `keys: *${key}`,
    `${key}`,
  ];
  for (const text of texts) {
    const problems = problemsOf(text);
    expect(problems, text).not.toEqual([]);
    expect(problems.join('\n'), text).not.toContain(key.slice(0, 24));
  }
});
