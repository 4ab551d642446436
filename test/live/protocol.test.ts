import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient } from 'graphql-sse';
import { expect, test } from 'vitest';
import { listening, readEvents } from '../support/event-stream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const LATEST =
  'subscription Latest($since: ID) { latestReadings(deviceIds: ["one"], since: $since) { reset readings { soc device { readingCount } } } }';

async function start(environment: Readonly<Record<string, string>> = {}) {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const app = await appOn(folder, environment);
  let count = 0;
  const more = async () => {
    count++;
    await folder.put(`more-${count}.parquet`, [row('one', `2026-03-02T10:0${count}`, count)]);
    await app.refresh();
  };
  return { folder, app, more, ...(await listening(app)) };
}

test('the client of the protocol hears of each change, and of the end', async () => {
  const { app, more, url } = await start();
  const client = createClient({ url: `${url}/graphql`, retryAttempts: 0 });
  const events = client.iterate({ query: LATEST });
  const soc = async () => {
    const { value } = await events.next();
    return value?.data?.['latestReadings'];
  };
  expect(await soc()).toEqual({ reset: true, readings: [{ soc: 1, device: { readingCount: 1 } }] });
  await more();
  // What is asked below an event is of its snapshot.
  expect(await soc()).toEqual({ reset: false, readings: [{ soc: 1, device: { readingCount: 2 } }] });
  await more();
  expect(await soc()).toEqual({ reset: false, readings: [{ soc: 2, device: { readingCount: 3 } }] });
  app.endSubscriptions();
  expect((await events.next()).done).toBe(true);
  client.dispose();
});

test('what Last-Event-ID names counts before the argument', async () => {
  const { more, subscribe } = await start();
  const first = await (await subscribe(LATEST)).data();
  await more();
  const { id } = await (await subscribe(LATEST)).data();
  await more();
  const read = async (headers: Record<string, string>, since: string | null) =>
    (await subscribe(LATEST, { since }, headers)).data<{
      latestReadings: { reset: boolean; readings: { soc: number }[] };
    }>();
  const resumed = await read({ 'last-event-id': id }, 'unknown');
  expect(resumed.latestReadings).toMatchObject({ reset: false, readings: [{ soc: 2 }] });
  expect((await read({}, first.id)).latestReadings.reset).toBe(false);
  // Nothing has changed since: the first event says so.
  expect((await read({}, resumed.id)).latestReadings).toEqual({ reset: false, readings: [] });
  const refused = await subscribe(LATEST, {}, { 'last-event-id': 'x'.repeat(200) });
  expect(await refused.next()).toMatchObject({
    event: 'next',
    data: expect.stringContaining('Last-Event-ID'),
  });
  expect(await refused.next()).toMatchObject({ event: 'complete' });
});

test('by POST, with names of documents, and as nothing but a stream of events', async () => {
  const manifest = path.join(await temporaryFolder(), 'documents.json');
  await writeFile(manifest, JSON.stringify({ latest: LATEST }));
  const { url } = await start({ PERSISTED_DOCUMENTS: manifest, PERSISTED_ONLY: 'true' });
  const post = (body: object, accept: string) =>
    readEvents(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    });
  const events = await post({ documentId: 'latest' }, 'text/event-stream');
  expect(await events.data()).toMatchObject({ latestReadings: { reset: true } });
  expect(events.headers.get('cache-control')).toBe('no-store');
  expect(events.headers.get('etag')).toBeNull();
  // Whoever takes anything takes this.
  const whatever = await post({ documentId: 'latest' }, '*/*');
  expect(whatever.headers.get('content-type')).toContain('text/event-stream');
  expect(await whatever.data()).toMatchObject({
    latestReadings: { reset: true, readings: [{ soc: 1, device: { readingCount: 1 } }] },
  });
  const json = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ documentId: 'latest' }),
  });
  expect([json.status, (await json.json()).errors[0].extensions.code]).toEqual([406, 'NOT_ACCEPTABLE']);
  const text = await post({ query: LATEST }, 'text/event-stream');
  expect(text.status).toBe(400);
  expect((await text.next())?.data).toContain('PERSISTED_QUERY_ID_REQUIRED');
});

test('a query over a stream of events is one event, as before', async () => {
  const { subscribe } = await start();
  const events = await subscribe('{ overview { totalRows } }');
  expect(JSON.parse((await events.next())?.data ?? '')).toEqual({ data: { overview: { totalRows: 1 } } });
  expect(await events.next()).toMatchObject({ event: 'complete' });
  expect(await events.next()).toBeUndefined();
});

const NONSENSE = [
  ['latestReadings(deviceIds: null) { version }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    `latestReadings(deviceIds: [${Array.from({ length: 1_001 }, (_, id) => `"${id}"`)}]) { version }`,
    'BAD_USER_INPUT',
  ],
  ['latestReadings(deviceIds: ["one"], since: "") { version }', 'BAD_USER_INPUT'],
  ['series(deviceIds: ["one"], bucket: "7m") { version }', 'BAD_USER_INPUT'],
  ['series(deviceIds: ["one"], bucket: "-1h") { version }', 'BAD_USER_INPUT'],
  ['series(deviceIds: ["one"], bucket: "1h", metrics: []) { version }', 'BAD_USER_INPUT'],
  ['series(deviceIds: ["one"], bucket: "1h", timeZone: "Mars") { version }', 'BAD_USER_INPUT'],
  [
    'series(deviceIds: ["one"], bucket: "1h", from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z") { version }',
    'BAD_USER_INPUT',
  ],
  ['series(deviceIds: ["one"], bucket: "1s", from: "2026-01-01T00:00:00Z") { version }', 'BAD_USER_INPUT'],
  ['datasetChanged { devices(first: -1) { totalCount } }', 'BAD_USER_INPUT'],
  ['datasetChanged { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['datasetChanged { version } latestReadings(deviceIds: []) { version }', 'GRAPHQL_VALIDATION_FAILED'],
] as const;

test('nonsense is told with a code', async () => {
  const { subscribe } = await start();
  for (const [field, code] of NONSENSE) {
    const events = await subscribe(`subscription { ${field} }`);
    const sent = await events.next();
    const { errors } = JSON.parse(sent?.data ?? '{}');
    expect(errors?.[0].extensions.code, field).toBe(code);
    expect(sent?.data).not.toContain('"http"');
    events.close();
  }
});
