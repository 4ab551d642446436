import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeviceDocument, FleetDocument } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { factsOf } from '../support/dashboard-facts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MANIFEST = path.resolve(import.meta.dirname, '../generated/persisted-documents.json');
const FLEET = String(FleetDocument.__meta__?.['hash']);
const DEVICE = String(DeviceDocument.__meta__?.['hash']);

interface Answer {
  readonly status: number;
  readonly data?: { readonly device?: object; readonly dataset?: { readonly refreshedAt: string } };
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function answered(response: Promise<Response>): Promise<Answer> {
  const { status } = await response;
  return { status, ...(await (await response).json()) };
}

const posted = (app: TestApp, body: object, accept = '*/*') =>
  answered(
    app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    }),
  );

const got = (app: TestApp, params: Record<string, string>) =>
  answered(app.get(`/graphql?${new URLSearchParams(params)}`));

describe.each(['false', 'true'])('PERSISTED_ONLY=%s', (only) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await appOver('plain', {}, { PERSISTED_DOCUMENTS: MANIFEST, PERSISTED_ONLY: only });
    await app.refresh();
  });
  afterAll(() => app.close());

  const hash = DEVICE.replace('sha256:', '');
  test.each([
    ['GraphQL over HTTP', { documentId: DEVICE }],
    ['the hash alone', { documentId: hash }],
    ['Apollo', { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }],
    ['Relay', { id: DEVICE }],
    ['Relay, the other name', { doc_id: DEVICE }],
  ])('%s: the document is found, by POST and by GET', async (_, naming) => {
    const variables = { deviceId: 'dev-3' };
    const expected = { status: 200, data: { device: { deviceId: 'dev-3' } } };
    expect(await posted(app, { ...naming, variables })).toMatchObject(expected);
    const search = Object.entries({ ...naming, variables }).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    expect(await got(app, Object.fromEntries(search))).toMatchObject(expected);
  });

  test('an id that is not in the manifest is refused with its code', async () => {
    const error = {
      message: 'expected the id of a document in the manifest, but got: sha256:beef',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    };
    const expected = { status: 400, errors: [error] };
    expect(await posted(app, { documentId: 'sha256:beef' })).toMatchObject(expected);
    expect(await got(app, { documentId: 'sha256:beef' })).toMatchObject(expected);
  });

  test('what changes while the snapshot is the same is never told from the cache', async () => {
    const refreshedAt = async () => [
      (await posted(app, { documentId: FLEET })).data?.dataset?.refreshedAt ?? '',
      (await got(app, { documentId: FLEET })).data?.dataset?.refreshedAt ?? '',
    ];
    const before = await refreshedAt();
    await app.refresh();
    const after = await refreshedAt();
    expect(new Set(before).size).toBe(1);
    expect(new Set(after).size).toBe(1);
    expect((after[0] ?? '') > (before[0] ?? '')).toBe(true);
  });

  test('the same document is answered once, and has an ETag', async () => {
    const url = `/graphql?documentId=${DEVICE}&variables={"deviceId":"dev-5"}`;
    app.takeStatements();
    const first = await app.get(url);
    expect(app.takeStatements()).toEqual(['devices', 'daily_summary']);
    const second = await app.get(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect([second.status, app.takeStatements()]).toEqual([304, []]);
  });

  test('variables are checked as ever', async () => {
    const { status, errors } = await posted(app, { documentId: DEVICE, variables: { deviceId: [1] } });
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });
});

describe('texts', () => {
  test('are answered beside ids', async () => {
    const app = await appOver('plain', {}, { PERSISTED_DOCUMENTS: MANIFEST });
    try {
      expect(await posted(app, { query: '{ __typename }' })).toMatchObject({ status: 200 });
      const none = await posted(app, {}, 'application/graphql-response+json');
      expect([none.status, none.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
    } finally {
      await app.close();
    }
  });

  test('are refused with PERSISTED_ONLY, those of introspection and of the manifest too; REST stays', async () => {
    const app = await appOver('plain', {}, { PERSISTED_DOCUMENTS: MANIFEST, PERSISTED_ONLY: 'true' });
    try {
      const expected = 'expected the id of a persisted document as documentId, since PERSISTED_ONLY is set';
      for (const [body, came] of [
        [{ query: '{ __schema { queryType { name } } }' }, 'the text of a document'],
        [{ query: FleetDocument.toString(), documentId: FLEET }, 'the text of a document'],
        [{}, 'none'],
      ] as const) {
        const { status, errors } = await posted(app, body);
        expect([status, errors]).toMatchObject([
          400,
          [
            {
              message: `${expected}, but got: ${came}`,
              extensions: { code: 'PERSISTED_QUERY_ID_REQUIRED' },
            },
          ],
        ]);
      }
      const browser = await app.get('/graphql', { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect((await browser.json()).errors[0].message).toContain(expected);
      expect(factsOf(await (await app.get('/')).text())).toMatchObject({ graphql: 'persisted' });
      expect((await app.get('/overview')).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});

test('a manifest that gives an id to another document makes older ETags worthless', async () => {
  const folder = await temporaryFolder();
  const manifests = { a: '{ overview { totalRows } }', b: '{ overview { deviceCount } }' };
  const apps: TestApp[] = [];
  const first = await appOver('plain');
  try {
    for (const [name, text] of Object.entries(manifests)) {
      const file = path.join(folder, name);
      await writeFile(file, JSON.stringify({ overview: text }));
      apps.push(await startApp({ DATA_DIR: first.directory, PERSISTED_DOCUMENTS: file }));
    }
    const etags: string[] = [];
    for (const app of apps) {
      await app.refresh();
      const etag = (await app.get('/graphql?documentId=overview')).headers.get('etag');
      if (etag !== null) etags.push(etag);
    }
    expect(new Set(etags).size).toBe(2);
  } finally {
    for (const app of [first, ...apps]) await app.close();
  }
});

test.each([
  ['is missing', undefined, ['ENOENT']],
  ['is no JSON', '{', ['JSON']],
  ['is of another form', '{"operations":[]}', ['one of another form: operations: ']],
  ['holds what is no GraphQL', '{"a":"{","b":"query"}', ['a: expected a GraphQL', 'b: expected a GraphQL']],
  ['names a hash of another text', '{"sha256:beef":"{ __typename }"}', ['expected the id sha256:']],
])('a manifest that %s stops the start, and says what was expected', async (_, text, reasons) => {
  const file = path.join(await temporaryFolder(), 'persisted.json');
  if (text !== undefined) await writeFile(file, text);
  const problems = await startApp({ PERSISTED_DOCUMENTS: file }).then(
    () => [],
    (error: { problems: string[] }) => error.problems,
  );
  expect(problems).toHaveLength(reasons.length);
  for (const [index, reason] of reasons.entries()) {
    expect(problems[index]).toContain(
      `PERSISTED_DOCUMENTS: expected a JSON file of ids and documents at ${file}`,
    );
    expect(problems[index]).toContain(reason);
  }
});
