import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { datasetFacts } from '../support/datasets.ts';
import { type ServerOver, serverOver } from '../support/server-over.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');
const ZONE = 'Asia/Kolkata';

/** What the program in `relay/src/app.ts` offers; its own types exist once it is compiled. */
interface Row {
  readonly id: string;
  readonly deviceId: string;
  readonly readingCount: number;
  readonly dailySummaries: readonly { readonly date: string; readonly readingCount: number }[];
}
interface Page {
  readonly overview: { readonly totalRows: number; readonly deviceCount: number };
  readonly rows: readonly Row[];
  readonly totalCount: number;
  readonly environment: { getStore(): { getSource(): { toJSON(): Record<string, { __typename: string }> } } };
  open(variables: { first: number; timeZone: string }): Promise<void>;
  loadNext(count: number): Promise<boolean>;
  refetchRow(id: string, timeZone: string): Promise<Row | undefined>;
  node(id: string): Promise<unknown>;
  one(deviceId: string): Promise<unknown>;
  columns(deviceId: string): Promise<readonly [readonly number[], readonly (number | null)[]]>;
}

/** The program in a folder of its own, compiled against the SDL. */
async function compile(folder: string, configuration: string): Promise<string> {
  await cp(path.join(import.meta.dirname, 'relay'), folder, { recursive: true });
  await cp(path.join(ROOT, 'schema/schema.graphql'), path.join(folder, 'schema.graphql'));
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  // The compiler adds to it, and wants it to be there.
  await writeFile(path.join(folder, 'persisted-documents.json'), '{}');
  const compiler = path.join(ROOT, 'node_modules/relay-compiler/cli.js');
  const { stdout, stderr } = await run(process.execPath, [compiler, configuration], { cwd: folder });
  return `${stdout}${stderr}`;
}

describe.each([
  ['by text', 'relay.config.json', {}],
  ['by ids only', 'persisted.config.json', { PERSISTED_ONLY: 'true' }],
])('Relay, %s', (_, configuration, environment) => {
  let folder: string;
  let output: string;
  let server: ServerOver | undefined;
  let page: Page;

  beforeAll(async () => {
    folder = await scratchFolder();
    output = await compile(folder, configuration);
    const manifest = path.join(folder, 'persisted-documents.json');
    const persisted = 'PERSISTED_ONLY' in environment ? { PERSISTED_DOCUMENTS: manifest } : {};
    server = await serverOver('plain', { ...environment, ...persisted });
    const { FleetPage } = await import(path.join(folder, 'src/app.ts'));
    page = new FleetPage(server.url);
    await page.open({ first: 2, timeZone: ZONE });
  });
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true });
  });

  test('the compiler has nothing to warn of', async () => {
    expect(output).toContain('Done');
    expect(output).not.toMatch(/warn|error|deprecated/i);
    const artifacts = await readdir(path.join(folder, 'src/__generated__'));
    expect(artifacts.length).toBe(7);
    const text = await readFile(path.join(folder, 'src/__generated__/FleetQuery.graphql.ts'), 'utf8');
    expect(text.includes('"text": null')).toBe('PERSISTED_ONLY' in environment);
  });

  test('the program fits the types that the compiler made', async () => {
    const { stdout } = await run(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder]);
    expect(stdout).toBe('');
  });

  test('pages follow each other, through one connection in the store', async () => {
    const { plain } = datasetFacts;
    expect(page.overview).toEqual({ totalRows: plain.readings, deviceCount: plain.devices });
    expect([page.rows.length, page.totalCount]).toEqual([2, plain.devices]);
    expect(await page.loadNext(3)).toBe(true);
    expect(await page.loadNext(3)).toBe(false);
    expect(await page.loadNext(3)).toBe(false);
    expect(page.rows.map(({ deviceId }) => deviceId)).toEqual([
      'dev-6',
      'dev-5',
      'dev-4',
      'dev-3',
      'dev-2',
      'dev-1',
    ]);
    for (const { readingCount, dailySummaries } of page.rows) {
      expect(readingCount).toBe(3 * 288);
      // Six days of UTC are seven in India.
      expect(dailySummaries.map((day) => day.date)).toHaveLength(7);
    }
  });

  test('what is fetched again by its global id is the same record', async () => {
    const [row] = page.rows;
    const again = await page.refetchRow(row?.id ?? '', 'UTC');
    expect([again?.id, again?.dailySummaries.length]).toEqual([row?.id, 6]);
    expect(await page.node(row?.id ?? '')).toMatchObject({ __typename: 'Device', id: row?.id });
    expect(await page.node('RGV2aWNlOm5vYm9keQ==')).toBeNull();
    await page.one('dev-3');
    const records = Object.entries(page.environment.getStore().getSource().toJSON());
    const devices = records.filter(([, record]) => record.__typename === 'Device').map(([id]) => id);
    expect(devices.toSorted()).toEqual(page.rows.map(({ id }) => id).toSorted());
  });

  test('the columns of a series are lists of numbers', async () => {
    const [times, values] = await page.columns('dev-1');
    expect(times.length).toBeGreaterThan(1);
    expect(times.every(Number.isInteger)).toBe(true);
    expect(values).toHaveLength(times.length);
  });

  test('rows of a named query come beside', async () => {
    const answer = (await page.one('dev-1')) as { hourlyAvg: { rows: { deviceId: string }[] } };
    expect(new Set(answer.hourlyAvg.rows.map(({ deviceId }) => deviceId)).size).toBe(6);
  });
});
