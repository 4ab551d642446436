import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada';
import { type DocumentNode, print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datasetFacts } from '../support/datasets.ts';
import { type ServerOver, serverOver } from '../support/server-over.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { post } from './post.ts';
import { Fleet, graphql, One } from './tada/documents.ts';

const { plain } = datasetFacts;
let server: ServerOver;
beforeAll(async () => {
  server = await serverOver('plain');
});
afterAll(() => server.close());

/** The types of the answer and of the variables are those of the document. */
function ask<Data, Variables>(
  url: string,
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return post(url, { query: print(document as DocumentNode), variables });
}

test('pages of devices, with fragments and variables', async () => {
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const variables: VariablesOf<typeof Fleet> = {
      first: 4,
      after,
      orderBy: { field: 'DEVICE_ID', direction: 'DESC' },
      timeZone: 'Asia/Kolkata',
    };
    const answer: ResultOf<typeof Fleet> = await ask(server.url, Fleet, variables);
    const { devices, overview, dataset } = answer;
    expect([overview.totalRows, overview.deviceCount]).toEqual([plain.readings, plain.devices]);
    expect(dataset).toEqual({ source: 'LOCAL', readMode: 'LOCAL', quarantined: [] });
    expect(devices.totalCount).toBe(plain.devices);
    for (const { node } of devices.edges) {
      seen.push(node.deviceId);
      expect(node.dailySummaries).toHaveLength(7);
    }
    if (!devices.pageInfo.hasNextPage) break;
    after = devices.pageInfo.endCursor;
  }
  expect(seen).toEqual(['dev-6', 'dev-5', 'dev-4', 'dev-3', 'dev-2', 'dev-1']);
});

test('one device: by its own id, by its global id, its days, its newest reading, a named query', async () => {
  const id = btoa('Device:dev-2');
  const one = await ask(server.url, One, { deviceId: 'dev-2', id, from: '2026-03-05' });
  expect(one.device).toMatchObject({ id, deviceId: 'dev-2', readingCount: 3 * 288 });
  expect(one.node).toEqual({ __typename: 'Device', id, deviceId: 'dev-2' });
  expect(one.dailySummaries).toEqual([
    { deviceId: 'dev-2', date: '2026-03-05', readingCount: 144 },
    { deviceId: 'dev-2', date: '2026-03-06', readingCount: 144 },
  ]);
  expect(one.latestReadings).toMatchObject([{ timestamp: '2026-03-06T23:50:00.000Z' }]);
  const [line] = one.series;
  expect(line?.timestamps.length).toBeGreaterThan(1);
  expect(line?.metrics[0]?.values).toHaveLength(line?.timestamps.length ?? 0);
  expect(one.hourlyAvg.rows).toHaveLength(plain.devices * 6 * 24);
});

test('persisted: `documentId` is all that is sent', async () => {
  const text = print(Fleet as DocumentNode);
  const id = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const manifest = path.join(await temporaryFolder(), 'persisted.json');
  await writeFile(manifest, JSON.stringify({ [id]: text }));
  const persisted = graphql.persisted(id, Fleet);
  const only = await serverOver('plain', { PERSISTED_DOCUMENTS: manifest, PERSISTED_ONLY: 'true' });
  try {
    const answer = await post(only.url, { documentId: persisted.documentId, variables: { first: 2 } });
    expect(answer).toMatchObject({ devices: { totalCount: plain.devices } });
    await expect(ask(only.url, Fleet, { first: 2 })).rejects.toThrow('PERSISTED_QUERY_ID_REQUIRED');
  } finally {
    await only.close();
  }
});
