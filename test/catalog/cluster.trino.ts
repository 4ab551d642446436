import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClusterApps, startClusterApps } from '../support/cluster-apps.ts';
import { expectClose } from '../support/expect-close.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';

describe.each(['hive', 'delta'] as const)('%s', (kind) => {
  let apps: ClusterApps;

  beforeAll(async () => {
    apps = await startClusterApps(
      (directory) =>
        writeRandomFleet(directory, 11, {
          devices: 4,
          readings: 300,
          from: '2026-03-20T00:00:00Z',
          days: 20,
        }),
      // Fewer than there are days.
      { settings: { QUERY_MAX_ROWS: '60' }, kind },
    );
  });

  afterAll(() => apps?.close());

  test.each([
    'overview',
    'devices',
    'devices?device_ids=d1&device_ids=d3',
    'daily_summary',
    'daily_summary?time_zone=Australia/Lord_Howe&from=2026-03-28&to=2026-04-07',
    'hourly_avg',
  ])('GET /queries/%s: the rows of the embedded engine, read by the cluster', async (path) => {
    apps.takeEvents();
    const { rows, ...rest } = await (await apps.cluster.get(`/queries/${path}`)).json();
    const engines = apps
      .takeEvents()
      .filter(({ name }) => path.startsWith(name))
      .map(({ engine }) => engine);
    const { rows: expected, ...expectedRest } = await (await apps.embedded.get(`/queries/${path}`)).json();
    expect(engines).toEqual(['trino']);
    expect(rest).toEqual(expectedRest);
    expect(rest.truncated).toBe(/^(daily|hourly)/.test(path) && !path.includes('from'));
    expect(rows.length).toBe(expected.length);
    for (const [place, row] of rows.entries()) {
      expect(Object.keys(row)).toEqual(Object.keys(expected[place]));
      for (const [name, value] of Object.entries(row)) {
        // `{{S3_PATH}}` has the objects as they are, where NaN makes a mean missing.
        if (path === 'hourly_avg' && expected[place][name] === null) continue;
        // Doubles are added in another order.
        if (name.startsWith('avg_')) expectClose([value as number], [expected[place][name]]);
        else expect([name, value]).toEqual([name, expected[place][name]]);
      }
    }
  });

  test('exports give the same rows', async () => {
    const lines = async (app: ClusterApps['cluster'], path: string) =>
      (await (await app.get(path)).text()).split('\n').toSorted();
    const readings = '/readings.ndjson?from=2026-03-22T00:00:00Z&to=2026-03-25T00:00:00Z';
    expect(await lines(apps.cluster, readings)).toEqual(await lines(apps.embedded, readings));
    expect((await lines(apps.cluster, readings)).length).toBeGreaterThan(100);
    const overview = '/queries/overview.csv';
    expect(await lines(apps.cluster, overview)).toEqual(await lines(apps.embedded, overview));
  });

  test('a query without a statement for the cluster says so', async () => {
    const response = await apps.cluster.get('/queries/device_latest');
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({
      code: 'QUERY_NOT_ON_CLUSTER',
      detail:
        'expected queries/device_latest.trino.sql, since a Trino cluster reads the objects, but there is none',
    });
  });

  test('histograms and counts are those of the embedded engine', async () => {
    const document = `{
    utc: histogram(metric: VOLTAGE, bins: 7, from: "2026-03-22", to: "2026-03-30") { below above bins { lower upper count } }
    zone: histogram(metric: SOC, timeZone: "Asia/Kathmandu") { bins { count } }
    devices(first: 2) { edges { node { readings(first: 3) { totalCount edges { node { timestamp voltage } } } } } }
  }`;
    expect(await apps.cluster.ask(document)).toEqual(await apps.embedded.ask(document));
  });
});
