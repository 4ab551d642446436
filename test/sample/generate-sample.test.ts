import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { generateSample, lastMidnight, SAMPLE_DEFAULTS } from '../../src/sample/generate-sample.ts';
import { queryRows } from '../support/query-parquet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const END = new Date('2026-03-31T00:00:00Z');
const SMALL = { seed: 7, devices: 3, days: 2, end: END };

const contents = (directory: string) =>
  queryRows(`
    SELECT parse_path(filename)[-2] AS folder, count(*) AS readings, bit_xor(hash(t)) AS contents
    FROM (SELECT filename, {d: device_id, t: "timestamp", v: voltage, c: temperature, s: soc} AS t
          FROM read_parquet('${directory}/*/*.parquet', filename = true))
    GROUP BY ALL ORDER BY ALL`);

test('the same options give the same readings', async () => {
  const parent = await temporaryFolder();
  const [one, two, other] = ['one', 'two', 'other'].map((name) => path.join(parent, name)) as [
    string,
    string,
    string,
  ];
  await generateSample({ directory: one, ...SMALL });
  await generateSample({ directory: two, ...SMALL });
  await generateSample({ directory: other, ...SMALL, seed: 8 });
  const rows = await contents(one);
  expect(rows.map((row) => row['folder'])).toEqual(['date=2026-03-29', 'date=2026-03-30']);
  expect(await contents(two)).toEqual(rows);
  expect(await contents(other)).not.toEqual(rows);
});

test('a complete sample is kept, also when its end has passed', async () => {
  const directory = path.join(await temporaryFolder(), 'sample');
  const file = path.join(directory, 'date=2026-03-30', 'part-0.parquet');
  expect(await generateSample({ directory, ...SMALL })).toEqual({ directory, generated: true, end: END });
  const before = await stat(file);
  const nextDay = new Date('2026-04-01T00:00:00Z');
  expect(await generateSample({ directory, ...SMALL, end: nextDay })).toEqual({
    directory,
    generated: false,
    end: END,
  });
  expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
});

test('a sample of another version, seed or size is replaced', async () => {
  const directory = path.join(await temporaryFolder(), 'sample');
  const marker = path.join(directory, '.complete.json');
  await generateSample({ directory, ...SMALL });
  const current = await readFile(marker, 'utf8');

  await writeFile(marker, current.replace(/"version": \d+/, '"version": 0'));
  await writeFile(path.join(directory, 'stale.parquet'), '');
  expect(await generateSample({ directory, ...SMALL })).toMatchObject({ generated: true });
  expect(await readFile(marker, 'utf8')).toBe(current);
  expect(await readdir(directory)).not.toContain('stale.parquet');

  expect(await generateSample({ directory, ...SMALL, days: 1 })).toMatchObject({ generated: true });
  expect((await readdir(directory)).sort()).toEqual(['.complete.json', 'date=2026-03-30']);
});

test('what earlier starts left unfinished is swept away', async () => {
  const parent = await temporaryFolder();
  const directory = path.join(parent, 'sample');
  const unfinished = path.join(parent, 'sample.unfinished-abc123', 'date=2026-03-29');
  await mkdir(unfinished, { recursive: true });
  await writeFile(path.join(unfinished, 'part-0.parquet'), 'PAR1');
  expect(await generateSample({ directory, ...SMALL })).toMatchObject({ generated: true });
  expect(await readdir(parent)).toEqual(['sample']);
});

test('a start that is killed leaves no sample, and the next one succeeds', async () => {
  const parent = await temporaryFolder();
  const directory = path.join(parent, 'sample');
  const program = `
    import { generateSample } from './src/sample/generate-sample.ts';
    await generateSample({ directory: process.argv[1], seed: 1, devices: 24, days: 3000, end: new Date(0) });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, directory], { cwd: ROOT });
  await vi.waitFor(
    async () => expect((await readdir(parent, { recursive: true })).length).toBeGreaterThan(10),
    10_000,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');

  const [left] = await readdir(parent);
  expect(left).toMatch(/^sample\.unfinished-/);
  expect(await generateSample({ directory, ...SMALL })).toMatchObject({ generated: true });
  expect(await readdir(parent)).toEqual(['sample']);
});

test('a generation that fails leaves the earlier sample as it was', async () => {
  const parent = await temporaryFolder();
  const directory = path.join(parent, 'sample');
  await generateSample({ directory, ...SMALL });
  const failing = generateSample({ directory, ...SMALL, days: 200 });
  const outcome = expect(failing).rejects.toThrow();
  await vi.waitFor(async () => expect(await readdir(parent)).toHaveLength(2));
  const unfinished = (await readdir(parent)).find((name) => name !== 'sample') ?? '';
  await rename(path.join(parent, unfinished), path.join(parent, 'elsewhere'));
  await outcome;
  expect(await generateSample({ directory, ...SMALL })).toMatchObject({ generated: false });
  expect(await contents(directory)).toHaveLength(2);
});

test('starts at once all end with one complete sample', async () => {
  const parent = await temporaryFolder();
  const directory = path.join(parent, 'sample');
  const starts = Array.from({ length: 4 }, () => generateSample({ directory, ...SMALL }));
  expect((await Promise.all(starts)).filter(({ generated }) => generated)).toHaveLength(1);
  expect(await contents(directory)).toHaveLength(2);
  expect(await readdir(parent)).toEqual(['sample']);
});

test('files that are no sample are not touched', async () => {
  const directory = path.join(await temporaryFolder(), 'sample');
  await mkdir(directory);
  await writeFile(path.join(directory, 'precious.txt'), 'mine');
  await expect(generateSample({ directory, ...SMALL })).rejects.toThrow(ConfigError);
  expect(await readFile(path.join(directory, 'precious.txt'), 'utf8')).toBe('mine');
  await rm(path.join(directory, 'precious.txt'));
  expect(await generateSample({ directory, ...SMALL })).toMatchObject({ generated: true });
});

test.each([
  [{ devices: 0 }, 'devices: expected a whole number of at least 1, but got: 0'],
  [{ days: 1.5 }, 'days: expected a whole number of at least 1, but got: 1.5'],
  [{ seed: Number.NaN }, 'seed: expected a whole number, but got: NaN'],
  [{ end: new Date('2026-03-31T01:00:00Z') }, 'end: expected a midnight UTC'],
])('%j is refused', async (mistake, message) => {
  await expect(generateSample({ directory: '/nowhere', ...SMALL, ...mistake })).rejects.toThrow(message);
});

test('the last midnight is the one before or at the instant', () => {
  expect(lastMidnight(new Date('2026-03-31T23:59:59.999Z'))).toEqual(END);
  expect(lastMidnight(END)).toEqual(END);
});

test('the default sample has 24 devices over 30 days', () => {
  expect(SAMPLE_DEFAULTS).toMatchObject({ devices: 24, days: 30 });
});
