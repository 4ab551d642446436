import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERIES_AGGREGATES } from '../../schema/series-types.ts';
import { type ClusterApps, startClusterApps } from '../support/cluster-apps.ts';
import { expectClose } from '../support/expect-close.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';
import { TrinoPlaces } from '../support/trino-places.ts';
import { type Columns, describeSeries } from './series-suite.ts';

const KINDS = ['hive', 'delta'] as const;

describe.each(KINDS)('%s', (kind) => {
  describeSeries(
    'direct',
    ['plain', 'overlapping', 'missingValues', 'equalTimestamps', 'dst'],
    () => new TrinoPlaces({ kind }),
  );
});

/** Below the rollups' grain, at it, and above; with and without clock changes. */
const BUCKETS = [
  ['30s', 'UTC'],
  ['5m', 'Europe/Berlin'],
  ['6h', 'America/New_York'],
  ['1d', 'UTC'],
  ['1d', 'Australia/Lord_Howe'],
  ['2w', 'Asia/Kathmandu'],
  ['3mo', 'America/Havana'],
] as const;

/** In another order of additions than the embedded engine's. */
const ROUNDED = ['stddev'];

describe.each(KINDS)('%s: over random readings', (kind) => {
  let apps: ClusterApps;

  beforeAll(async () => {
    apps = await startClusterApps(
      (directory) =>
        writeRandomFleet(directory, 7, { devices: 3, readings: 400, from: '2026-03-20T00:00:00Z', days: 30 }),
      { kind },
    );
  });

  afterAll(() => apps?.close());

  test.each(BUCKETS)(
    'buckets of %s in %s: the embedded engine’s, to the last bit',
    async (bucket, timeZone) => {
      for (const aggregate of SERIES_AGGREGATES) {
        const constant = aggregate.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
        const document = `{ series(bucket: "${bucket}", timeZone: "${timeZone}", aggregate: ${constant}, fill: NONE) {
        deviceId timestamps metrics { values min max count }
      } }`;
        const { series } = await apps.cluster.ask<{ series: Columns[] }>(document);
        const { series: expected } = await apps.embedded.ask<{ series: Columns[] }>(document);
        if (!ROUNDED.includes(aggregate)) {
          expect(series, aggregate).toEqual(expected);
          continue;
        }
        for (const [place, { metrics, ...others }] of series.entries()) {
          expect(others).toMatchObject({ timestamps: expected[place]?.timestamps });
          for (const [index, { values }] of metrics.entries()) {
            expectClose(values, expected[place]?.metrics[index]?.values ?? []);
          }
        }
      }
    },
  );

  test('single readings, in order', async () => {
    const document = `{ series(maxPoints: 5000) { deviceId timestamps metrics { values } resolution { source } } }`;
    const asked = await apps.cluster.ask<{ series: Columns[] }>(document);
    expect(asked).toEqual(await apps.embedded.ask(document));
    expect(asked.series[0]?.timestamps.length).toBeGreaterThan(100);
  });

  test('the cluster is asked, unless only an object can tell', async () => {
    const engines = async (document: string) => {
      apps.takeEvents();
      await apps.cluster.ask(document);
      return apps.takeEvents().map(({ name, engine }) => `${name} ${engine}`);
    };
    expect(await engines('{ series(bucket: "30s", aggregate: P95) { timestamps } }')).toContain(
      'series trino',
    );
    expect(await engines('{ series(bucket: "30s", aggregate: TIME_WEIGHTED_AVG) { timestamps } }')).toEqual(
      expect.arrayContaining(['series asking']),
    );
  });
});
