import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain', {}, { REFRESH_SECONDS: '86400' });
  await app.refresh();
});
beforeEach(() => {
  app.takeStatements();
});
afterAll(() => app.close());

type Timestamps = { edges: { node: { timestamp: string } }[] };
const FIELDS = 'edges { node { timestamp voltage } } pageInfo { hasNextPage hasPreviousPage }';

test.each([2, 6])('the pages of %i devices cost one scan for each set of arguments', async (first) => {
  const { devices } = await app.ask<{ devices: { edges: { node: Record<string, unknown> }[] } }>(
    `{ devices(first: ${first}) { edges { node { deviceId a: readings(first: 5) { ${FIELDS} }
      b: readings(last: 3, from: "2026-03-02T00:30:00Z", to: "2026-03-05T07:00:00Z") { ${FIELDS} totalCount }
      c: readings(first: 5) { ${FIELDS} } } } } }`,
  );
  expect(app.takeStatements().sort()).toEqual([
    'devices',
    'holding',
    'reading_counts',
    'reading_counts',
    'reading_days',
    'reading_days',
    'reading_slots',
    'reading_slots',
    'readings',
    'readings',
  ]);
  expect(devices.edges).toHaveLength(first);
  // One device alone is read by another statement, which the reference holds.
  for (const { node } of devices.edges) {
    const { device } = await app.ask<{ device: Record<string, unknown> }>(
      `{ device(deviceId: "${node['deviceId']}") { deviceId a: readings(first: 5) { ${FIELDS} }
        b: readings(last: 3, from: "2026-03-02T00:30:00Z", to: "2026-03-05T07:00:00Z") { ${FIELDS} totalCount }
        c: readings(first: 5) { ${FIELDS} } } }`,
    );
    expect(node).toEqual(device);
    expect((node['a'] as Timestamps).edges).toHaveLength(5);
    expect((node['b'] as Timestamps).edges).toHaveLength(3);
  }
});

test('a page is one scan, and the count of whole slots none', async () => {
  const page =
    'readings(first: 10, from: "2026-03-02T00:00:00Z") { edges { cursor } pageInfo { hasPreviousPage } }';
  const { device } = await app.ask<{ device: { readings: { edges: { cursor: string }[] } } }>(
    `{ device(deviceId: "dev-3") { ${page} } }`,
  );
  const steps = ['devices', 'reading_days', 'reading_slots', 'readings'];
  expect(app.takeStatements()).toEqual(steps);
  const after = device.readings.edges[4]?.cursor;
  await app.ask(`{ device(deviceId: "dev-3") { ${page.replace('first', `after: "${after}", first`)} } }`);
  expect(app.takeStatements()).toEqual(steps);
  // A day that lies in one object needs no partials to find them, once it is known what each object spans.
  const day = 'readings(from: "2026-03-02T00:00:00Z", to: "2026-03-02T18:30:00Z", first: 0) { totalCount }';
  const ofDay = ['devices', 'reading_counts', 'readings'];
  await app.ask(`{ device(deviceId: "dev-3") { ${day} } }`);
  expect(app.takeStatements().sort()).toEqual([...ofDay, 'object_spans'].sort());
  await app.ask(`{ device(deviceId: "dev-4") { ${day} } }`);
  expect(app.takeStatements().sort()).toEqual(ofDay);
});
