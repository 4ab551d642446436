import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { seriesResponse } from '../../src/http/rest/series.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

/** Six devices, a reading every ten minutes over six days from 2026-03-01 UTC. */
let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
  await app.refresh();
});
beforeEach(() => {
  app.takeStatements();
});
afterAll(() => app.close());

interface Columns {
  readonly deviceId: string;
  readonly from: string;
  readonly to: string;
  readonly resolution: Record<string, unknown>;
  readonly timestamps: number[];
  readonly metrics: {
    readonly metric: string;
    readonly values: (number | null)[];
    readonly min: (number | null)[];
    readonly max: (number | null)[];
    readonly count: number[];
  }[];
}

const COLUMNS =
  'deviceId from to resolution { method source bucket aggregate exact } timestamps metrics { metric values min max count }';

async function seriesOf(args: string): Promise<Columns> {
  const { device } = await app.ask<{ device: { series: Columns } }>(
    `{ device(deviceId: "dev-1") { series${args} { ${COLUMNS} } } }`,
  );
  return device.series;
}

describe('the resolution that maxPoints picks', () => {
  test('a day in 800 points: its readings, all of them', async () => {
    const series = await seriesOf('(from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z")');
    expect(series.resolution).toEqual({
      method: 'READINGS',
      source: 'READINGS',
      bucket: null,
      aggregate: null,
      exact: true,
    });
    expect(series.timestamps).toHaveLength(144);
    expect(series.metrics.map(({ metric }) => metric)).toEqual(['VOLTAGE', 'TEMPERATURE', 'SOC']);
    expect(series.metrics.map(({ values, count }) => [values.length, count.length])).toEqual(
      Array(3).fill([144, 144]),
    );
  });

  test('six days in 400 points: readings that the shape needs, extremes among them', async () => {
    const { resolution, timestamps, metrics } = await seriesOf('(maxPoints: 400, metrics: [SOC])');
    expect(resolution).toMatchObject({ method: 'MIN_MAX_LTTB', source: 'READINGS', exact: false });
    expect(timestamps.length).toBeGreaterThan(380);
    expect(timestamps.length).toBeLessThanOrEqual(400);
    const { device } = await app.ask<{ device: { minSoc: number; maxSoc: number } }>(
      '{ device(deviceId: "dev-1") { minSoc maxSoc } }',
    );
    const values = metrics[0]?.values.filter((value) => value !== null) ?? [];
    expect([Math.min(...values), Math.max(...values)]).toEqual([device.minSoc, device.maxSoc]);
  });

  test('six days in 150 points: hours from rollups', async () => {
    const { resolution, timestamps, metrics } = await seriesOf('(maxPoints: 150)');
    expect(resolution).toEqual({
      method: 'BUCKETS',
      source: 'ROLLUPS',
      bucket: '1h',
      aggregate: 'AVG',
      exact: true,
    });
    expect(timestamps).toHaveLength(144);
    expect(metrics[0]?.count).toEqual(Array(144).fill(6));
  });

  test('hours of Kathmandu are none of UTC: readings', async () => {
    const { resolution } = await seriesOf('(maxPoints: 150, timeZone: "Asia/Kathmandu")');
    expect(resolution).toMatchObject({ method: 'MIN_MAX_LTTB', source: 'READINGS' });
  });

  test('an aggregate that is asked for, below an hour: buckets of readings', async () => {
    const { resolution } = await seriesOf('(aggregate: P95)');
    expect(resolution).toMatchObject({
      method: 'BUCKETS',
      source: 'READINGS',
      bucket: '15m',
      aggregate: 'P95',
      exact: true,
    });
  });
});

test('ends within slots: rollups for what is whole, readings for the rest', async () => {
  const args = 'from: "2026-03-01T10:15:00Z", to: "2026-03-04T20:41:00Z", bucket: "6h"';
  const { resolution, timestamps, metrics } = await seriesOf(`(${args}, metrics: [VOLTAGE])`);
  expect(resolution['source']).toBe('ROLLUPS_AND_READINGS');
  expect(new Date(timestamps[0] ?? 0).toISOString()).toBe('2026-03-01T06:00:00.000Z');
  expect(metrics[0]?.count.slice(0, 2)).toEqual([10, 36]);
  expect(metrics[0]?.count.at(-1)).toBe(17);
});

test('a range past all readings is filled, or empty', async () => {
  const filled = await seriesOf('(from: "2026-03-06T22:00:00Z", to: "2026-03-07T02:00:00Z", bucket: "1h")');
  expect(filled.metrics[0]?.count).toEqual([6, 6, 0, 0]);
  const none = 'bucket: "1h", fill: NONE';
  expect(
    (await seriesOf(`(from: "2026-03-06T22:00:00Z", to: "2026-03-07T02:00:00Z", ${none})`)).timestamps,
  ).toHaveLength(2);
  expect((await seriesOf('(from: "2030-01-01T00:00:00Z", bucket: "1h")')).timestamps).toEqual([]);
  expect((await seriesOf('(to: "2020-01-01T00:00:00Z", maxPoints: 100)')).timestamps).toEqual([]);
  expect((await seriesOf('(from: "2030-01-01T00:00:00Z", to: "2030-01-01T01:00:00Z")')).timestamps).toEqual(
    [],
  );
});

test('a range whose ends are equal is empty', async () => {
  const at = 'from: "2026-03-02T00:00:00Z", to: "2026-03-02T00:00:00Z"';
  for (const more of ['', ', bucket: "1h"', ', bucket: "1h", aggregate: P50', ', maxPoints: 50']) {
    const { timestamps, metrics } = await seriesOf(`(${at}${more})`);
    expect([timestamps, metrics.map(({ values }) => values)]).toEqual([[], [[], [], []]]);
  }
});

test('rows have what the columns have', async () => {
  const { device } = await app.ask<{
    device: {
      series: Columns & {
        points: {
          timestamp: string;
          soc: { value: number; min: number; max: number; count: number };
          voltage: null;
        }[];
      };
    };
  }>(`{ device(deviceId: "dev-1") { series(bucket: "1d", metrics: [SOC]) {
    ${COLUMNS} points { timestamp soc { value min max count } voltage { value } }
  } } }`);
  const { points, timestamps, metrics } = device.series;
  expect(points).toEqual(
    timestamps.map((timestamp, index) => ({
      timestamp: new Date(timestamp).toISOString(),
      soc: {
        value: metrics[0]?.values[index],
        min: metrics[0]?.min[index],
        max: metrics[0]?.max[index],
        count: metrics[0]?.count[index],
      },
      voltage: null,
    })),
  );
  expect(points).toHaveLength(6);
});

describe('statements', () => {
  test.each([
    ['bucket: "1d"', ['devices', 'series']],
    ['bucket: "1d", timeZone: "Europe/Berlin"', ['devices', 'series', 'series_periods']],
    ['bucket: "1d", aggregate: STDDEV', ['devices', 'holding', 'series']],
    ['maxPoints: 500', ['devices', 'holding', 'series_readings']],
    ['bucket: "1d", from: "2026-03-01T10:10:00Z"', ['devices', 'holding', 'series', 'series_edges']],
  ])('%s: as many for six devices as for one', async (args, expected) => {
    for (const first of [1, 6]) {
      await app.ask(`{ devices(first: ${first}) { edges { node { series(${args}) { timestamps } } } } }`);
      expect(app.takeStatements().sort()).toEqual(expected);
    }
    await app.ask(`{ series(${args}) { timestamps } again: series(${args}) { metrics { min } } }`);
    expect(app.takeStatements().sort()).toEqual(expected);
  });
});

test('several devices: in the order asked for, without those that there are not', async () => {
  const ids = async (args: string) => {
    const { series } = await app.ask<{ series: Columns[] }>(`{ series(bucket: "1w"${args}) { deviceId } }`);
    return series.map(({ deviceId }) => deviceId);
  };
  expect(await ids(', deviceIds: ["dev-3", "nobody", "dev-1", "dev-3"]')).toEqual(['dev-3', 'dev-1']);
  expect(await ids('')).toEqual(['dev-1', 'dev-2', 'dev-3', 'dev-4', 'dev-5', 'dev-6']);
  expect(await ids(', deviceIds: []')).toEqual([]);
});

describe('mistakes: 400, with the argument, what was expected and what came', () => {
  test.each([
    ['bucket: "7m"', 'bucket', /divide a day.*7m/],
    ['bucket: "nonsense"', 'bucket', /nonsense/],
    ['bucket: "1h", maxPoints: 100', 'maxPoints', /either.*1h and 100/],
    ['maxPoints: 10', 'maxPoints', /50 .*to 100000 .*got: 10$/],
    ['maxPoints: 100001', 'maxPoints', /100001/],
    ['metrics: []', 'metrics', /at least one/],
    ['from: "2026-03-02T00:00:00.001Z", to: "2026-03-02T00:00:00Z"', 'from', /not after `to`/],
    ['bucket: "1s", to: "2026-03-20T00:00:00Z"', 'bucket', /at most 500000.*1641\d{3}: 1s for 1 device/],
  ])('%s', async (args, argument, message) => {
    const { status, errors } = await app.post(
      `{ device(deviceId: "dev-1") { deviceId series(${args}) { timestamps } } }`,
    );
    expect(status).toBe(400);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path).toEqual(['device', 'series']);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(errors?.[0]?.message).toMatch(message);
  });

  test('too many devices', async () => {
    const ids = JSON.stringify(Array.from({ length: 1_001 }, (_, index) => `dev-${index}`));
    const { errors } = await app.post(`{ series(deviceIds: ${ids}, bucket: "1d") { deviceId } }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'deviceIds' });
  });

  test('too many rows: columns are the way', async () => {
    const { status, errors } = await app.post(
      '{ device(deviceId: "dev-1") { series(bucket: "30s") { points { timestamp } } } }',
    );
    expect(status).toBe(400);
    expect(errors?.[0]?.path).toEqual(['device', 'series', 'points']);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(errors?.[0]?.message).toMatch(/10000.*172\d\d.*columns/);
  });

  test('too large an answer is refused for all devices, and nothing is read for it', async () => {
    const { errors } = await app.post(
      '{ series(bucket: "1s", from: "2026-03-01T00:00:00Z", to: "2026-03-03T00:00:00Z") { deviceId } }',
    );
    expect(errors?.[0]?.message).toMatch(
      /bucket: expected at most 500000 points.*limit seriesPointsTogether.*for 6 devices/,
    );
    expect(app.takeStatements()).toEqual(['devices']);
  });
});

describe('REST', () => {
  const get = async (query: string) => (await app.get(`/series${query}`)).json();

  test.each([
    ['', ''],
    [
      '?device_id=dev-2&device_id=dev-1&metric=soc&metric=voltage&bucket=6h&time_zone=Europe/Berlin&fill=linear&aggregate=time_weighted_avg',
      '(deviceIds: ["dev-2", "dev-1"], metrics: [SOC, VOLTAGE], bucket: "6h", timeZone: "Europe/Berlin", fill: LINEAR, aggregate: TIME_WEIGHTED_AVG)',
    ],
    [
      '?from=2026-03-02T01:02:03Z&to=2026-03-05T00:00:00Z&max_points=100',
      '(from: "2026-03-02T01:02:03Z", to: "2026-03-05T00:00:00Z", maxPoints: 100)',
    ],
  ])('%s answers what GraphQL answers, as its OpenAPI schema says', async (query, args) => {
    const { series } = await app.ask<{ series: (Columns & { timeZone: string })[] }>(
      `{ series${args} { ${COLUMNS} timeZone } }`,
    );
    const small = (text: unknown) => (typeof text === 'string' ? text.toLowerCase() : text);
    const answer = await get(query);
    expect(answer).toEqual(
      series.map(({ deviceId, timeZone, resolution, metrics, ...columns }) => ({
        ...columns,
        device_id: deviceId,
        time_zone: timeZone,
        resolution: {
          ...resolution,
          method: small(resolution['method']),
          source: small(resolution['source']),
          aggregate: small(resolution['aggregate']),
        },
        metrics: metrics.map(({ metric, ...values }) => ({ metric: metric.toLowerCase(), ...values })),
      })),
    );
    expect(answer.length).toBeGreaterThan(0);
    expect(z.array(seriesResponse).safeParse(answer).error).toBeUndefined();
  });

  test.each([
    ['?bucket=7m', 'bucket'],
    ['?metric=power', 'metric'],
    ['?max_points=x', 'max_points'],
    ['?max_points=1', 'max_points'],
    ['?bucket=1h&max_points=100', 'max_points'],
    ['?device=dev-1', 'device'],
    ['?aggregate=mode', 'aggregate'],
    ['?from=yesterday', 'from'],
  ])('%s is a problem with %s', async (query, argument) => {
    const response = await app.get(`/series${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });
});
