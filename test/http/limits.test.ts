import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS, type LimitName, mostOf } from '../../schema/limit-values.ts';
import { readText, section, tableRows } from '../docs/markdown.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly description: string;
}

let app: TestApp & { readonly directory: string };
let limits: readonly Limit[];

beforeAll(async () => {
  app = await appOver(
    'plain',
    {},
    { STATEMENT_TIMEOUT_SECONDS: '17', ENGINE_MAX_QUEUED: '5', QUERY_MAX_ROWS: '7', EXPORT_MAX_ROWS: '9' },
  );
  ({ limits } = await app.ask<{ limits: Limit[] }>('{ limits { name value unit description } }'));
});
afterAll(() => app.close());

test('every limit is told, by name', () => {
  const names = limits.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(Object.keys(LIMITS)));
  for (const { unit, description } of limits) expect([unit, description]).not.toContain('');
});

test('limits that are settings are those of this service', () => {
  const values = Object.fromEntries(limits.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({
    statementSeconds: 17,
    queuedStatements: 5,
    concurrentStatements: 4,
    queryRows: 7,
    exportRows: 9,
    exportSeconds: 3600,
    exportStallSeconds: 60,
    concurrentExports: 4,
  });
});

test('the README tells each of them, and the values of those that are the same everywhere', () => {
  const rows = tableRows(section(readText('README.md'), 'limits'));
  for (const { name } of limits) {
    const [, told] = rows.find(([names]) => names?.includes(`\`${name}\``)) ?? [];
    const isFixed = name in LIMITS;
    expect(told, name).toContain(isFixed ? mostOf(name as LimitName) : '');
  }
});

test('the limit of a body is the one that is told', async () => {
  const { value = 0 } = limits.find(({ name }) => name === 'requestBodyBytes') ?? {};
  const statusOf = async (bytes: number) => {
    const query = '{ __typename }';
    const body = JSON.stringify({ query }).padEnd(bytes);
    const headers = { 'content-type': 'application/json', 'content-length': String(bytes) };
    return (await app.get('/graphql', { method: 'POST', body, headers })).status;
  };
  expect(await statusOf(value)).toBe(200);
  expect(await statusOf(value + 1)).toBe(413);
});

test('another setting is another answer, although the snapshot is the same', async () => {
  const url = `/graphql?query=${encodeURIComponent('{ limits { name value } }')}`;
  await app.refresh();
  const etag = (await app.get(url)).headers.get('etag') ?? '';
  expect(etag).not.toBe('');
  const other = await startApp({ DATA_DIR: app.directory, ENGINE_MAX_QUEUED: '6' });
  try {
    await other.refresh();
    expect((await other.get(url, { headers: { 'if-none-match': etag } })).status).toBe(200);
  } finally {
    await other.close();
  }
});
