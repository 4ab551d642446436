import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FOREIGN, SCOPE, writeForeignBucket } from '../access/foreign-bucket.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { type DatasetName, datasetFacts, datasets } from '../support/datasets.ts';
import { startScanningApp } from '../support/fleet-apps.ts';
import { queryRows } from '../support/query-parquet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';

interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: string;
  readonly status: 'READ' | 'QUARANTINED' | 'WAITING';
  readonly reason: string | null;
  readonly rowCount: number | null;
  readonly contents: {
    readonly readingCount: number;
    readonly deviceCount: number;
    readonly firstTimestamp: string | null;
    readonly lastTimestamp: string | null;
  } | null;
}

interface ObjectPage {
  readonly totalCount: number;
  readonly pageInfo: { readonly endCursor: string | null; readonly startCursor: string | null };
  readonly edges: readonly { readonly cursor: string; readonly node: ListedObject }[];
}

const NODE = `key etag size lastModified status reason rowCount
  contents { readingCount deviceCount firstTimestamp lastTimestamp }`;
const PAGE = `{ totalCount pageInfo { startCursor endCursor } edges { cursor node { ${NODE} } } }`;

async function pageOf(app: TestApp, args = '', headers: Record<string, string> = {}): Promise<ObjectPage> {
  const query = encodeURIComponent(`{ dataset { objects${args} ${PAGE} } }`);
  const body = await (await app.get(`/graphql?query=${query}`, { headers })).json();
  expect(body.errors).toBeUndefined();
  return body.data.dataset.objects;
}

const nodesOf = ({ edges }: ObjectPage) => edges.map(({ node }) => node);
const keysOf = (page: ObjectPage) => nodesOf(page).map(({ key }) => key);

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What the file system and DuckDB say of each file, without anything of ours. */
async function filesOf(directory: string) {
  const names = await readdir(directory, { recursive: true });
  const keys = names.filter((name) => name.endsWith('.parquet')).sort(byBytes);
  return Promise.all(
    keys.map(async (key) => {
      const { size, mtimeMs } = await stat(path.join(directory, key));
      return { key, size, lastModified: new Date(Math.floor(mtimeMs)).toISOString() };
    }),
  );
}

async function contentsByDuckDB(file: string) {
  const from = `read_parquet('${file.replaceAll("'", "''")}', hive_partitioning = false)`;
  const columns = await queryRows(`DESCRIBE SELECT * FROM ${from}`);
  const device = columns.some(({ column_name }) => column_name === 'device_id')
    ? 'device_id'
    : "'of the key'";
  const [row] = await queryRows(
    `SELECT (SELECT count(*) FROM ${from})::INTEGER AS rows, count(*)::INTEGER AS readings, count(DISTINCT ${device})::INTEGER AS devices,
      epoch_ms(min("timestamp")) AS first, epoch_ms(max("timestamp")) AS last
    FROM ${from} WHERE "timestamp" IS NOT NULL AND ${device} IS NOT NULL`,
  );
  const instant = (ms: unknown) => (ms === null ? null : new Date(Number(ms)).toISOString());
  return {
    rowCount: row?.['rows'],
    contents: {
      readingCount: row?.['readings'],
      deviceCount: row?.['devices'],
      firstTimestamp: instant(row?.['first']),
      lastTimestamp: instant(row?.['last']),
    },
  };
}

describe.each<DatasetName>(['plain', 'hivePartitioned', 'overlapping', 'emptyObject', 'broken'])(
  '%s',
  (name) => {
    let app: TestApp & { readonly directory: string };
    let files: Awaited<ReturnType<typeof filesOf>>;
    beforeAll(async () => {
      app = await appOver(name);
      await app.refresh();
      files = await filesOf(app.directory);
    });
    afterAll(() => app.close());

    test('lists every file with its size and time, in the order of their keys', async () => {
      const page = await pageOf(app);
      expect(page.totalCount).toBe(datasetFacts[name].objects);
      expect(nodesOf(page)).toEqual(files.map((file) => expect.objectContaining(file)));
      expect(new Set(nodesOf(page).map(({ etag }) => etag)).size).toBe(files.length);
    });

    test('tells of each that is read what is in it, and of each that is not why', async () => {
      for (const { key, status, reason, rowCount, contents } of nodesOf(await pageOf(app))) {
        if (datasetFacts[name].quarantined.some((quarantined) => quarantined === key)) {
          expect([key, status, rowCount, contents]).toEqual([key, 'QUARANTINED', null, null]);
          expect(reason).toMatch(/\w+/);
        } else {
          const expected = await contentsByDuckDB(path.join(app.directory, key));
          expect({ key, status, reason, rowCount, contents }).toEqual({
            key,
            status: 'READ',
            reason: null,
            ...expected,
          });
        }
      }
    });

    test.each(['KEY', 'SIZE', 'LAST_MODIFIED'] as const)(
      'in the order of %s, both ways, page by page',
      async (field) => {
        for (const direction of ['ASC', 'DESC']) {
          const orderBy = `orderBy: { field: ${field}, direction: ${direction} }`;
          const whole = keysOf(await pageOf(app, `(${orderBy})`));
          const sign = direction === 'ASC' ? 1 : -1;
          const value = { KEY: 'key', SIZE: 'size', LAST_MODIFIED: 'lastModified' } as const;
          const expected = files.toSorted((a, b) => {
            const [one, other] = [a[value[field]], b[value[field]]];
            return (
              sign * (typeof one === 'number' ? one - Number(other) : byBytes(one, String(other))) ||
              byBytes(a.key, b.key)
            );
          });
          expect(whole).toEqual(expected.map(({ key }) => key));

          const forwards: string[] = [];
          for (let after: string | null = null; forwards.length < whole.length; ) {
            const page = await pageOf(
              app,
              `(first: 2, ${after === null ? '' : `after: "${after}",`} ${orderBy})`,
            );
            expect(page.edges.length).toBeGreaterThan(0);
            forwards.push(...keysOf(page));
            after = page.pageInfo.endCursor;
          }
          expect(forwards).toEqual(whole);
          const backwards: string[] = [];
          for (let before: string | null = null; backwards.length < whole.length; ) {
            const page = await pageOf(
              app,
              `(last: 2, ${before === null ? '' : `before: "${before}",`} ${orderBy})`,
            );
            expect(page.edges.length).toBeGreaterThan(0);
            backwards.unshift(...keysOf(page));
            before = page.pageInfo.startCursor;
          }
          expect(backwards).toEqual(whole);
        }
      },
    );
  },
);

test('a filter is of a part of the key, in any case, and of the status', async () => {
  const app = await appOver('broken');
  onTestFinished(() => app.close());
  await app.refresh();
  const matching = (filter: string) => pageOf(app, `(filter: ${filter})`).then(keysOf);
  expect(await matching('{ search: "GOOD" }')).toEqual(['good-1.parquet', 'nested/good-2.parquet']);
  expect(await matching('{ status: READ }')).toEqual(['good-1.parquet', 'nested/good-2.parquet']);
  expect(await matching('{ status: QUARANTINED, search: "nested/" }')).toEqual(['nested/no-device.parquet']);
  expect(await matching('{ status: WAITING }')).toEqual([]);
  expect(await matching('{ search: "%" }')).toEqual([]);
  expect(await matching('{ search: "" }')).toHaveLength(datasetFacts.broken.objects);
});

test('a page with what is in its objects is one statement, and one that does not ask for it is none', async () => {
  const app = await appOver('overlapping', {}, { RESPONSE_CACHE_MAX_BYTES: '0' });
  onTestFinished(() => app.close());
  await app.refresh();
  app.takeStatements();
  await pageOf(app);
  expect(app.takeStatements()).toEqual(['object_contents']);
  await app.ask('{ dataset { objects { totalCount edges { node { key status rowCount } } } } }');
  expect(app.takeStatements()).toEqual([]);
});

test('without rollups the objects are listed all the same, and what is in them is not known', async () => {
  const directory = await temporaryFolder();
  await datasets.overlapping(directory);
  const app = await startScanningApp({ DATA_DIR: directory });
  onTestFinished(() => app.close());
  const files = await filesOf(directory);
  expect(nodesOf(await pageOf(app))).toEqual(
    files.map((file) => expect.objectContaining({ ...file, status: 'READ', contents: null })),
  );
});

test.each([
  ['no cursor at all', 'after: "x"'],
  ['one of another list', `after: "${Buffer.from('["devices","key","ASC","a","a"]').toString('base64url')}"`],
  [
    'a value of another kind',
    `before: "${Buffer.from('["objects","size","ASC","a","a"]').toString('base64url')}"`,
  ],
])('a cursor is refused: %s', async (_, args) => {
  const app = await appOver('plain');
  onTestFinished(() => app.close());
  await app.refresh();
  const { errors } = await app.post(`{ dataset { objects(${args}) { totalCount } } }`);
  expect(errors?.[0]).toMatchObject({
    extensions: { code: 'INVALID_CURSOR' },
    message: expect.stringContaining('expected a cursor that `objects` returned, but got: '),
  });
});

test('a cursor of another order is refused with both orders', async () => {
  const app = await appOver('plain');
  onTestFinished(() => app.close());
  await app.refresh();
  const { pageInfo } = await pageOf(app);
  const { errors } = await app.post(
    `{ dataset { objects(after: "${pageInfo.endCursor}", orderBy: { field: SIZE, direction: DESC }) { totalCount } } }`,
  );
  expect(errors?.[0]?.message).toContain('expected a cursor of the order size DESC, but got one of key ASC');
});

test.each([
  ['rollups', startApp],
  ['scans', startScanningApp],
] as const)(
  'who may see some devices only sees objects whose key names one, and none of the rows of others (%s)',
  async (way, start) => {
    const directory = await temporaryFolder();
    await writeForeignBucket(directory);
    const app = await start({ DATA_DIR: directory }, { viewerOf: viewerOfHeader });
    onTestFinished(() => app.close());
    // Scans are what a refresh that failed leaves.
    if (way === 'rollups') await app.refresh();
    expect(keysOf(await pageOf(app)).filter((key) => key.includes(FOREIGN))).toHaveLength(3);

    const page = await pageOf(app, '', headersFor(SCOPE));
    expect(page.totalCount).toBe(2);
    const [own, broken] = nodesOf(page);
    expect(own).toMatchObject({ key: 'device_id=own-2/x.parquet', status: 'READ', rowCount: null });
    expect(own?.contents).toEqual(
      way === 'scans'
        ? null
        : {
            readingCount: 12,
            deviceCount: 1,
            firstTimestamp: '2026-03-28T22:00:00.000Z',
            lastTimestamp: '2026-03-29T01:40:00.000Z',
          },
    );
    expect(broken).toMatchObject({ key: 'device_id=own-broken/x.parquet', status: 'QUARANTINED' });
    expect((await pageOf(app, `(filter: { search: "${FOREIGN}" })`, headersFor(SCOPE))).totalCount).toBe(0);
  },
);
