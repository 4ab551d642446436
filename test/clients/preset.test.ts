import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ClientDeviceDocument,
  ClientFleetDocument,
  type ClientFleetQueryVariables,
  ClientNodeDocument,
  type TypedDocumentString,
} from '../generated/graphql.ts';
import { datasetFacts } from '../support/datasets.ts';
import { ownSchema } from '../support/own-queries.ts';
import { type ServerOver, serverOver } from '../support/server-over.ts';
import { post } from './post.ts';

const MANIFEST = path.resolve(import.meta.dirname, '../generated/persisted-documents.json');
const { plain } = datasetFacts;

test('each field of Query is in a document that the manifest has', async () => {
  const manifest: Record<string, string> = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const asked = Object.values(manifest).flatMap((text) =>
    parse(text).definitions.flatMap((definition) =>
      definition.kind === 'OperationDefinition'
        ? definition.selectionSet.selections.map((field) => (field.kind === 'Field' ? field.name.value : ''))
        : [],
    ),
  );
  const fields = Object.keys((await ownSchema()).getQueryType()?.getFields() ?? {});
  expect(fields.filter((field) => !asked.includes(field))).toEqual([]);
});

describe.each([
  ['by text', {}],
  ['by ids only', { PERSISTED_DOCUMENTS: MANIFEST, PERSISTED_ONLY: 'true' }],
])('client preset, %s', (_, environment) => {
  let server: ServerOver;
  beforeAll(async () => {
    server = await serverOver('plain', environment);
  });
  afterAll(() => server.close());

  /** The types of the answer and of the variables are those of the document. */
  const ask = <Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables) => {
    const documentId = document.__meta__?.['hash'];
    const named = 'PERSISTED_ONLY' in environment ? { documentId } : { query: document.toString() };
    return post<Data>(server.url, { ...named, variables });
  };

  test('pages of devices, by filter and order', async () => {
    const variables: ClientFleetQueryVariables = {
      first: 2,
      filter: { ids: ['dev-1', 'dev-4', 'dev-6'] },
      orderBy: { field: 'DEVICE_ID', direction: 'DESC' },
    };
    const { devices, overview, dataset } = await ask(ClientFleetDocument, variables);
    expect([overview.totalRows, overview.deviceCount]).toEqual([plain.readings, plain.devices]);
    expect([dataset.source, dataset.quarantined]).toEqual(['LOCAL', []]);
    expect(devices.totalCount).toBe(3);
    const next = await ask(ClientFleetDocument, { ...variables, after: devices.pageInfo.endCursor });
    expect([devices.pageInfo.hasNextPage, next.devices.pageInfo.hasNextPage]).toEqual([true, false]);
    const edges = [...devices.edges, ...next.devices.edges];
    expect(edges.map(({ node }) => node.deviceId)).toEqual(['dev-6', 'dev-4', 'dev-1']);
  });

  test('one device with its days, its newest reading and a named query', async () => {
    const days = { from: '2026-03-02', to: '2026-03-03', timeZone: 'Europe/Berlin' };
    const one = await ask(ClientDeviceDocument, { deviceId: 'dev-2', ...days });
    expect(one.device).toMatchObject({ deviceId: 'dev-2', readingCount: 3 * 288 });
    expect(one.device?.berlin.map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-03']);
    expect(one.dailySummaries.map(({ readingCount }) => readingCount)).toEqual([144, 144]);
    expect(one.latestReadings).toMatchObject([
      { timestamp: '2026-03-06T23:50:00.000Z', device: { id: one.device?.id } },
    ]);
    expect(one.hourlyAvg.rows).toHaveLength(plain.devices * 6 * 24);
    const { node } = await ask(ClientNodeDocument, { id: one.device?.id ?? '' });
    expect(node).toMatchObject({ __typename: 'Device', deviceId: 'dev-2', lastSeen: one.device?.lastSeen });
    expect((await ask(ClientDeviceDocument, { deviceId: 'nobody' })).device).toBeNull();
  });
});
