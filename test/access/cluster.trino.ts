import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { type ClusterApps, startClusterApps } from '../support/cluster-apps.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';

/** Of `d0` to `d3`. */
const SCOPE = { ids: ['d1'], prefixes: ['d3'] };
const EVERYTHING = '{ series(bucket: "30m", aggregate: LAST) { deviceId metrics { values } } }';

describe.each(['hive', 'delta'] as const)('%s', (kind) => {
  let apps: ClusterApps;

  beforeAll(async () => {
    apps = await startClusterApps(
      (directory) =>
        writeRandomFleet(directory, 5, { devices: 4, readings: 200, from: '2026-03-20T00:00:00Z', days: 10 }),
      { viewerOf: viewerOfHeader, kind },
    );
  });

  afterAll(() => apps?.close());

  const asScoped = async (app: TestApp, path: string, body?: object): Promise<unknown> => {
    const response = await app.get(path, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...headersFor(SCOPE) },
    });
    const text = await response.text();
    expect([path, response.status]).toEqual([path, 200]);
    return path.includes('ndjson') ? text.split('\n').toSorted() : JSON.parse(text);
  };

  test.each([
    ['/graphql', { query: EVERYTHING }],
    [
      '/graphql',
      {
        query:
          '{ histogram(metric: VOLTAGE) { readingCount bins { count } } overview { totalRows deviceCount } }',
      },
    ],
    ['/readings.ndjson', undefined],
    ['/queries/overview', undefined],
  ] as const)('%s %j: a viewer of some devices finds no other that the cluster reads', async (path, body) => {
    apps.takeEvents();
    const answer = await asScoped(apps.cluster, path, body);
    expect(apps.takeEvents().map(({ engine }) => engine)).toContain('trino');
    expect(answer).toEqual(await asScoped(apps.embedded, path, body));
    expect(JSON.stringify(answer)).not.toMatch(/d0|d2/);
  });

  test('whoever may see all finds more', async () => {
    const { series } = await apps.cluster.ask<{ series: { deviceId: string }[] }>(EVERYTHING);
    expect(series.map(({ deviceId }) => deviceId)).toEqual(['d0', 'd1', 'd2', 'd3']);
  });
});
