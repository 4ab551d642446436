import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { startScanningApp } from '../support/fleet-apps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const CHANGED =
  'query ($version: ID!) { changedSince(version: $version) { since version complete devices { totalCount edges { node { deviceId days device { readingCount } } } } } dataset { version } }';

interface Changed {
  readonly changedSince: {
    readonly since: string;
    readonly version: string;
    readonly complete: boolean;
    readonly devices: {
      readonly totalCount: number;
      readonly edges: readonly {
        readonly node: {
          readonly deviceId: string;
          readonly days: readonly string[];
          readonly device: { readonly readingCount: number } | null;
        };
      }[];
    };
  };
  readonly dataset: { readonly version: string };
}

interface Asks {
  ask<Data, Variables = unknown>(document: string, variables?: Variables): Promise<Data>;
  post(document: string, variables?: unknown): Promise<{ errors: unknown }>;
}

const versionOf = async (app: Asks) =>
  (await app.ask<{ dataset: { version: string } }>('{ dataset { version } }')).dataset.version;

/** `device → its days`, or null when it is not known. */
async function changesOf(app: Asks, version: string): Promise<Record<string, readonly string[]> | null> {
  const { changedSince, dataset } = await app.ask<Changed>(CHANGED, { version });
  expect([changedSince.since, changedSince.version]).toEqual([version, dataset.version]);
  const { edges, totalCount } = changedSince.devices;
  expect(totalCount).toBe(edges.length);
  expect(edges.map(({ node }) => node.deviceId)).toEqual(edges.map(({ node }) => node.deviceId).toSorted());
  return changedSince.complete
    ? Object.fromEntries(edges.map(({ node }) => [node.deviceId, node.days]))
    : null;
}

test('tells the devices and days of objects that came, changed, went or broke, late data included', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T12:00', 1), row('two', '2026-03-02T23:59', 2)]);
  const app = await appOn(folder);
  const versions = [await versionOf(app)];
  expect(await changesOf(app, versions[0] ?? '')).toEqual({});
  const step = async (change: Promise<void>) => {
    await change;
    await app.refresh();
    versions.push(await versionOf(app));
    return changesOf(app, versions.at(-2) ?? '');
  };
  expect(
    await step(
      folder.put('b.parquet', [row('two', '2026-03-03T00:00', 3), row('one', '2026-01-01T00:00', 3)]),
    ),
  ).toEqual({ one: ['2026-01-01'], two: ['2026-03-03'] });
  // What it held before has changed as well as what it holds now.
  expect(await step(folder.put('b.parquet', [row('three', '2026-03-04T01:00', 3)]))).toEqual({
    one: ['2026-01-01'],
    three: ['2026-03-04'],
    two: ['2026-03-03'],
  });
  expect(await step(folder.remove('b.parquet'))).toEqual({ three: ['2026-03-04'] });
  // An object that was never read changes the version, and no device.
  expect(await step(folder.spoil('c.parquet'))).toEqual({});
  // Without b it was the same as at the beginning, and so it had the same name.
  expect(versions[3]).toBe(versions[0]);
  expect(new Set(versions).size).toBe(versions.length - 1);
  expect(await step(folder.put('d.parquet', [row('four', '2026-03-05T01:00', 3)]))).toEqual({
    four: ['2026-03-05'],
  });
  expect(await step(folder.spoil('d.parquet'))).toEqual({ four: ['2026-03-05'] });
  // From each version on: all that came after it.
  expect(await changesOf(app, versions[2] ?? '')).toEqual({ three: ['2026-03-04'], four: ['2026-03-05'] });
  expect(await changesOf(app, versions[1] ?? '')).toEqual({
    four: ['2026-03-05'],
    one: ['2026-01-01'],
    three: ['2026-03-04'],
    two: ['2026-03-03'],
  });
  // Since it was the last time.
  expect(await changesOf(app, versions[0] ?? '')).toEqual({ four: ['2026-03-05'] });
  const { changedSince } = await app.ask<Changed>(CHANGED, { version: versions[1] });
  expect(changedSince.devices.edges.map(({ node }) => node.device)).toEqual([
    null,
    { readingCount: 1 },
    null,
    { readingCount: 1 },
  ]);
});

test('a version that never was, and nonsense', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T12:00', 1)]);
  const app = await appOn(folder);
  expect(await changesOf(app, '00000000000000000000000000000000')).toBeNull();
  expect(await changesOf(app, "'; DROP TABLE device_changes; --")).toBeNull();
  for (const version of ['', 'x'.repeat(129)]) {
    expect((await app.post(CHANGED, { version })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: 'version' } },
    ]);
  }
});

test('pages through the devices, with cursors of its own alone', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('x', '2026-03-01T12:00', 1)]);
  const app = await appOn(folder);
  const version = await versionOf(app);
  const ids = Array.from({ length: 25 }, (_, index) => `dev-${index}`).toSorted();
  await folder.put(
    'b.parquet',
    ids.map((id) => row(id, '2026-03-01T12:00', 1)),
  );
  await app.refresh();
  const page = async (args: string) => {
    const { changedSince } = await app.ask<{
      changedSince: {
        devices: {
          totalCount: number;
          edges: { node: { deviceId: string } }[];
          pageInfo: {
            hasNextPage: boolean;
            hasPreviousPage: boolean;
            endCursor: string;
            startCursor: string;
          };
        };
      };
    }>(
      `{ changedSince(version: "${version}") { devices(${args}) { totalCount edges { node { deviceId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
    );
    const { edges, ...rest } = changedSince.devices;
    return { ids: edges.map(({ node }) => node.deviceId), ...rest };
  };
  const found: string[] = [];
  let after = '';
  for (let more = true; more; ) {
    const { ids: own, totalCount, pageInfo } = await page(`first: 10${after}`);
    expect(totalCount).toBe(25);
    found.push(...own);
    more = pageInfo.hasNextPage;
    after = `, after: "${pageInfo.endCursor}"`;
  }
  expect(found).toEqual(ids);
  const last = await page('last: 3');
  expect([last.ids, last.pageInfo.hasPreviousPage]).toEqual([ids.slice(-3), true]);
  const before = await page(`last: 3, before: "${last.pageInfo.startCursor}"`);
  expect(before.ids).toEqual(ids.slice(-6, -3));
  expect((await page('first: 2, last: 1')).ids).toEqual(ids.slice(1, 2));
  expect((await page('first: 0')).ids).toEqual([]);
  const refused = await app.post(
    `{ changedSince(version: "${version}") { devices(after: "${Buffer.from('["one"]').toString('base64url')}") { totalCount } } }`,
  );
  expect(refused.errors).toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }]);
});

test('a scope hears of its own devices alone', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('own-1', '2026-03-01T12:00', 1)]);
  const app = await appOn(folder, {}, { viewerOf: viewerOfHeader });
  const version = await versionOf(app);
  await folder.put('b.parquet', [row('own-1', '2026-03-02T12:00', 1), row('other', '2026-03-03T12:00', 1)]);
  await app.refresh();
  const middle = await versionOf(app);
  await folder.put('c.parquet', [row('other', '2026-03-04T12:00', 1)]);
  await app.refresh();
  const ask = async (since: string, ids: readonly string[]) => {
    const response = await app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersFor({ ids, prefixes: [] }) },
      body: JSON.stringify({ query: CHANGED, variables: { version: since } }),
    });
    const { data } = (await response.json()) as { data: Changed };
    return [data.changedSince.complete, data.changedSince.devices];
  };
  expect(await ask(version, ['own-1'])).toEqual([
    true,
    {
      totalCount: 1,
      edges: [{ node: { deviceId: 'own-1', days: ['2026-03-02'], device: { readingCount: 2 } } }],
    },
  ]);
  expect(await ask(middle, ['own-1'])).toEqual([true, { totalCount: 0, edges: [] }]);
  expect(await ask(version, [])).toEqual([true, { totalCount: 0, edges: [] }]);
});

test('after a restart it knows what it knew; after another release wrote to the file, nothing', async () => {
  const folder = await changingFolder();
  const state = await temporaryFolder();
  const environment = { STATE_DIR: state };
  await folder.put('a.parquet', [row('one', '2026-03-01T12:00', 1)]);
  const restarted = async <T>(work: (app: Asks) => Promise<T>): Promise<T> => {
    const app = await startApp({ DATA_DIR: folder.directory, REFRESH_SECONDS: '86400', ...environment });
    try {
      await app.refresh();
      return await work(app);
    } finally {
      await app.close();
    }
  };
  const version = await restarted(versionOf);
  await folder.put('b.parquet', [row('two', '2026-03-02T12:00', 1)]);
  const next = await restarted(async (app) => {
    expect(await changesOf(app, version)).toEqual({ two: ['2026-03-02'] });
    return versionOf(app);
  });
  expect(await restarted((app) => changesOf(app, version))).toEqual({ two: ['2026-03-02'] });

  const instance = await DuckDBInstance.create(path.join(state, 'rollups.duckdb'));
  const connection = await instance.connect();
  await connection.run('UPDATE state SET exchange = exchange + 1');
  connection.closeSync();
  instance.closeSync();
  await restarted(async (app) => {
    expect(await changesOf(app, version)).toBeNull();
    expect(await changesOf(app, next)).toEqual({});
  });
});

test('a file without the log gets one, and keeps its rollups', async () => {
  const folder = await changingFolder();
  const state = await temporaryFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T12:00', 1)]);
  const environment = { DATA_DIR: folder.directory, STATE_DIR: state, REFRESH_SECONDS: '86400' };
  const first = await startApp(environment);
  await first.refresh();
  await first.close();
  const instance = await DuckDBInstance.create(path.join(state, 'rollups.duckdb'));
  const connection = await instance.connect();
  for (const table of ['change_log', 'answer_versions', 'device_changes'])
    await connection.run(`DROP TABLE ${table}`);
  connection.closeSync();
  instance.closeSync();
  const second = await startApp(environment);
  try {
    await second.refresh();
    expect(second.takeStatements()).not.toContain('partials');
    const version = await versionOf(second);
    await folder.put('b.parquet', [row('two', '2026-03-02T12:00', 1)]);
    await second.refresh();
    expect(await changesOf(second, version)).toEqual({ two: ['2026-03-02'] });
  } finally {
    await second.close();
  }
});

test('without rollups nothing is known but that the same version is the same', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T12:00', 1)]);
  const app = await startScanningApp({ DATA_DIR: folder.directory, REFRESH_SECONDS: '86400' });
  try {
    const version = await versionOf(app);
    expect(await changesOf(app, version)).toEqual({});
    expect(await changesOf(app, 'f'.repeat(32))).toBeNull();
  } finally {
    await app.close();
  }
});
