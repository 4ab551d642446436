import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DeviceScope } from '../../src/access/viewer.ts';
import { DuckDbEngine } from '../../src/engine/duckdb.ts';
import type { Statement } from '../../src/engine/engine.ts';
import { scopedStatement } from '../../src/rollup/scoped-statement.ts';
import { DEVICES_SQL, OVERVIEW_SQL } from '../../src/rollup/summaries-sql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { startScanningApp } from '../support/fleet-apps.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';
import { OWN, SCOPE, writeForeignBucket } from './foreign-bucket.ts';
import { graphqlQuestions, QUERIES, restQuestions } from './questions.ts';

/** What is asked of no device: of the store itself, of calendars, and when the readings of whole objects begin and end. */
const OF_NO_DEVICE = ['rollup_exchange', 'series_periods', 'object_spans'];

let directory: string;
let queries: string;
let apps: Readonly<Record<'rolledUp' | 'scanning', TestApp>>;

beforeAll(async () => {
  directory = await scratchFolder();
  queries = await scratchFolder();
  await writeForeignBucket(directory);
  for (const [name, text] of Object.entries(QUERIES)) await writeFile(path.join(queries, name), text);
  const environment = { DATA_DIR: directory, REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0' };
  const overrides = { viewerOf: viewerOfHeader, queriesDirectory: queries };
  const rolledUp = await startApp(environment, overrides);
  await rolledUp.refresh();
  apps = { rolledUp, scanning: await startScanningApp(environment, overrides) };
});
afterAll(async () => {
  for (const app of Object.values(apps)) await app.close();
  await rm(directory, { recursive: true });
  await rm(queries, { recursive: true });
});

/** Every statement that reaches an engine while all questions are asked. */
async function statementsOf(app: TestApp, scope: DeviceScope | null): Promise<Statement[]> {
  const statements: Statement[] = [];
  const spies = (['run', 'fetchChunks', 'stream'] as const).map((method) => {
    const original = DuckDbEngine.prototype[method] as (this: DuckDbEngine, ...given: unknown[]) => unknown;
    return vi.spyOn(DuckDbEngine.prototype, method).mockImplementation(function (
      this: DuckDbEngine,
      ...given: unknown[]
    ) {
      statements.push(given[0] as Statement);
      return original.apply(this, given) as never;
    });
  });
  try {
    const documents = [
      ...graphqlQuestions(OWN),
      '{ dataset { objectCount bytes objects { edges { node { key contents { readingCount } } } } } }',
    ];
    for (const url of [
      ...documents.map((text) => `/graphql?query=${encodeURIComponent(text)}`),
      ...restQuestions(OWN),
    ]) {
      const response = await app.get(url, { headers: headersFor(scope) });
      await response.arrayBuffer();
      expect(response.status, url).toBe(200);
    }
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return statements;
}

test.each(['rolledUp', 'scanning'] as const)(
  '%s: every statement about devices keeps to the scope',
  async (way) => {
    const statements = await statementsOf(apps[way], SCOPE);
    const others = statements.filter(
      ({ name, sql }) => !OF_NO_DEVICE.includes(name) && !sql.includes('$scope_0'),
    );
    expect(others).toEqual([]);
    expect(new Set(statements.map(({ name }) => name)).size).toBeGreaterThan(15);
  },
);

test.each(['rolledUp', 'scanning'] as const)(
  '%s: for who sees every device, no statement has anything of scopes',
  async (way) => {
    const statements = await statementsOf(apps[way], null);
    expect(statements.filter(({ sql, params }) => /scope/i.test(sql + JSON.stringify(params)))).toEqual([]);
    if (way === 'rolledUp') {
      const texts = statements.map(({ sql }) => sql);
      expect(texts).toContain(OVERVIEW_SQL);
      expect(texts).toContain(DEVICES_SQL);
    }
  },
);

test('the statement of who sees every device is the very same', () => {
  const statement = { name: 'overview', sql: OVERVIEW_SQL };
  expect(scopedStatement(statement, null)).toBe(statement);
});

test('a scope of no device is one too', async () => {
  const none = { ids: [], prefixes: [] };
  for (const app of Object.values(apps)) {
    const get = async (url: string) => (await app.get(url, { headers: headersFor(none) })).json();
    expect(await get('/overview')).toEqual({
      total_rows: 0,
      device_count: 0,
      first_timestamp: null,
      last_timestamp: null,
    });
    expect(await get('/devices')).toEqual([]);
    expect(await get('/readings?device_id=own-1')).toEqual([]);
    expect(await get('/queries/by_device')).toMatchObject({ rows: [] });
  }
});
