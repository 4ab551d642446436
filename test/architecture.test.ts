import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * Which room may import from which, types included. Files that lie in `src` itself are rooms of their own; `app`,
 * `operations`, `serve`, `run` and `main` put the parts together and may import everything.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  errors: [],
  log: ['observe'],
  pace: [],
  'setting-values': [],
  access: ['errors', 'log', 'setting-values'],
  config: ['access', 'errors', 'setting-values'],
  observe: ['config', 'engine', 'errors', 'log', 'storage'],
  limits: ['config', 'schema'],
  folders: ['config', 'errors', 'log'],
  cluster: ['config', 'dataset', 'engine', 'observe', 'storage'],
  sample: ['errors'],
  engine: ['config', 'errors', 'pace'],
  'package-root': [],
  storage: ['config', 'engine', 'errors', 'log', 'package-root'],
  dataset: ['access', 'engine', 'errors', 'log', 'observe', 'pace', 'storage'],
  'progress-bar': ['dataset'],
  series: [],
  rollup: ['access', 'config', 'dataset', 'engine', 'errors', 'log', 'pace', 'series', 'storage'],
  formats: ['engine'],
  catalog: ['access', 'dataset', 'engine', 'errors', 'log', 'pace', 'rollup', 'schema', 'storage'],
  loaders: [
    'access',
    'catalog',
    'dataset',
    'engine',
    'errors',
    'observe',
    'pace',
    'rollup',
    'schema',
    'series',
    'storage',
  ],
  live: ['access', 'config', 'dataset', 'engine', 'errors', 'loaders', 'log', 'pace', 'schema', 'series'],
  cli: [
    'access',
    'app',
    'catalog',
    'config',
    'dataset',
    'engine',
    'errors',
    'folders',
    'log',
    'package-root',
    'progress-bar',
    'run',
    'sample',
    'schema',
    'storage',
  ],
  http: [
    'access',
    'catalog',
    'config',
    'dataset',
    'engine',
    'errors',
    'formats',
    'live',
    'loaders',
    'log',
    'observe',
    'pace',
    'schema',
    'storage',
  ],
};
const COMPOSERS = ['app', 'operations', 'serve', 'run', 'main'];

function roomOf(file: string): string {
  const [top = '', second = ''] = path.relative(ROOT, file).split(path.sep);
  return top === 'src' ? path.basename(second, '.ts') : top;
}

function* importsOf(folder: string): Generator<[room: string, imported: string, file: string]> {
  for (const entry of readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = path.join(entry.parentPath, entry.name);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:from|import|import\()\s*'(\.[^']+)'/g,
    )) {
      yield [roomOf(file), roomOf(path.resolve(path.dirname(file), target)), path.relative(ROOT, file)];
    }
  }
}

const imports = [...importsOf('src'), ...importsOf('schema')].filter(([room, imported]) => room !== imported);

test('imports point the way that docs/ARCHITECTURE.md draws', () => {
  const wrong = imports.filter(
    ([room, imported]) => !COMPOSERS.includes(room) && !MAY_IMPORT[room]?.includes(imported),
  );
  expect(wrong).toEqual([]);
});

test('every room is in the list, and uses what it may', () => {
  const rooms = new Set(imports.map(([room]) => room).filter((room) => !COMPOSERS.includes(room)));
  expect([...rooms].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  const used = new Set(imports.map(([room, imported]) => `${room} → ${imported}`));
  const unused = Object.entries(MAY_IMPORT).flatMap(([room, targets]) =>
    targets.map((target) => `${room} → ${target}`).filter((edge) => !used.has(edge)),
  );
  expect(unused).toEqual([]);
});
