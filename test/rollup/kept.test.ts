import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { effort } from '../support/effort.ts';
import { objectsOpened } from '../support/objects-opened.ts';
import { startServerProcess } from '../support/server-process.ts';

const KILLS = effort(2, 5);
const OVERVIEW = '{ dataset { rolledUp } overview { totalRows } }';
const whole = { dataset: { rolledUp: true }, overview: { totalRows: datasetFacts.manySmall.readings } };

let directory: string;
let environment: Record<string, string>;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-kept-'));
  environment = { DATA_DIR: path.join(directory, 'data'), STATE_DIR: path.join(directory, 'state') };
  file = path.join(directory, 'state', 'rollups.duckdb');
  await mkdir(path.join(directory, 'state'));
  await datasets.manySmall(path.join(directory, 'data'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Starts, refreshes, asks, stops: the answer, and how many objects were read. */
async function run(): Promise<{ answer: unknown; partials: number }> {
  let partials = 0;
  const app = await startApp(environment, {
    onStatement: (event) => {
      if (event.name === 'partials') partials += objectsOpened(event);
    },
  });
  try {
    await app.refresh();
    return { answer: await app.ask(OVERVIEW), partials };
  } finally {
    await app.close();
  }
}

test('a restart reads only what changed', async () => {
  expect(await run()).toEqual({ answer: whole, partials: datasetFacts.manySmall.objects });
  expect(await run()).toEqual({ answer: whole, partials: 0 });
  const [first = '', second = ''] = (
    await readdir(environment['DATA_DIR'] ?? '', { recursive: true })
  ).filter((key) => key.endsWith('.parquet'));
  await copyFile(
    path.join(environment['DATA_DIR'] ?? '', first),
    path.join(environment['DATA_DIR'] ?? '', 'more.parquet'),
  );
  await rm(path.join(environment['DATA_DIR'] ?? '', second));
  expect((await run()).partials).toBe(1);
});

test('a damaged file is put aside and built anew', async () => {
  await run();
  await writeFile(file, 'This is no database.');
  expect(await run()).toEqual({ answer: whole, partials: datasetFacts.manySmall.objects });
  expect(await readdir(path.dirname(file))).toContain('rollups.duckdb.unusable');
});

test('a file of another layout is never read', async () => {
  await run();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run('UPDATE state SET layout = layout + 1');
  await connection.run('UPDATE devices SET readings = 1');
  connection.closeSync();
  instance.closeSync();
  expect(await run()).toEqual({ answer: whole, partials: datasetFacts.manySmall.objects });
});

test('a file of another grain is put aside, and built anew each time', async () => {
  const built = { answer: whole, partials: datasetFacts.manySmall.objects };
  for (const grain of ['1d', '1h', '1d']) {
    environment['ROLLUP_GRAIN'] = grain;
    expect(await run()).toEqual(built);
    expect(await run()).toEqual({ ...built, partials: 0 });
  }
  expect(await readdir(path.dirname(file))).toContain('rollups.duckdb.unusable');
});

test('a second process on the same folder does not harm the first', async () => {
  const first = await startServerProcess({ ...environment, REFRESH_SECONDS: '1' });
  const second = await startServerProcess(environment);
  const answer = async (url: string) => (await (await fetch(`${url}/overview`)).json()).total_rows;
  expect(await answer(second.url)).toBe(whole.overview.totalRows);
  expect(second.lines.join('\n')).toContain('kept in memory only');
  second.kill('SIGTERM');
  expect(await second.exit).toBe(0);
  expect(await answer(first.url)).toBe(whole.overview.totalRows);
  first.kill('SIGTERM');
  expect(await first.exit).toBe(0);
});

test('killed in the middle of building, again and again: the next start answers whole', async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServerProcess(environment);
    // Each kill falls a little later into the build.
    await delay(20 + kill * 60);
    server.kill('SIGKILL');
    await server.exit;
  }
  expect((await run()).answer).toEqual(whole);
});
