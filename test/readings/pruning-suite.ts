import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReadingsPageDocument } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  instantOfDay,
  manyObjects,
  manyObjectsFacts,
  ownKey,
  sharedKey,
} from '../support/datasets/many-objects.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type Mode, type Place, Places } from '../support/places.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const { objects, readings, lastDay, shared } = manyObjectsFacts;
const BUILD_MS = 400_000;

interface Question {
  readonly about: string;
  /** Every question is about days of its own, so that no cache holds its objects. */
  readonly days: readonly number[];
  /** Rows or points of one device. */
  readonly rows: number;
  ask(app: TestApp, device: string, day: { from: string; to: string }): Promise<number>;
}

const page = async (app: TestApp, args: { device: string; from?: string; to?: string; first?: number }) => {
  const { device } = await app.ask(ReadingsPageDocument, args);
  return device?.readings.edges.length ?? 0;
};
const text = async (app: TestApp, url: string, args: Record<string, string>) => {
  const response = await app.get(`${url}?${new URLSearchParams(args)}`);
  const body = await response.text();
  if (response.status !== 200) throw new Error(body);
  return body;
};
const points = async (app: TestApp, args: Record<string, string>) =>
  JSON.parse(await text(app, '/series', args))[0].timestamps.length;

const QUESTIONS: readonly Question[] = [
  {
    about: 'a day of readings',
    days: [40],
    rows: 12,
    ask: (app, device, { from, to }) => page(app, { device, from, to }),
  },
  {
    about: 'the first page of all readings',
    days: [0],
    rows: 5,
    ask: (app, device) => page(app, { device, first: 5 }),
  },
  {
    about: 'the last page of all readings',
    days: [lastDay],
    rows: 5,
    ask: async (app, device) => page(app, { device, first: 5, ...{ direction: 'DESC' } }),
  },
  {
    about: 'a series in buckets below the grain of the rollups',
    days: [42],
    rows: 12,
    ask: (app, device_id, { from, to }) =>
      points(app, { device_id, from, to, bucket: '1m', fill: 'none', metric: 'soc' }),
  },
  {
    about: 'a series of every reading',
    days: [44],
    rows: 12,
    ask: (app, device_id, { from, to }) =>
      points(app, { device_id, from, to, max_points: '1000', metric: 'soc' }),
  },
  {
    about: 'an export',
    days: [46],
    rows: 12,
    ask: async (app, device_id, { from, to }) =>
      (await text(app, '/readings.csv', { device_id, from, to })).trim().split('\r\n').length - 1,
  },
  {
    about: 'an export of two days',
    days: [48, 49],
    rows: 24,
    ask: async (app, device_id, { from, to }) =>
      (await text(app, '/readings.ndjson', { device_id, from, to })).trim().split('\n').length,
  },
];

/** What is opened of ten thousand objects: by what statements bind, and at the store by its requests. */
export function describePruning(modes: readonly Mode[]): void {
  const places = new Places();
  let scratch: string;
  let place: Place;

  /** The app over the rollups that are there already; `opened` holds the lists that its statements bound. */
  const start = async (mode: Mode, endpoint: string | undefined) => {
    const opened: (readonly string[])[] = [];
    const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(scratch, 'objects') } : {};
    const app = await startApp(
      {
        ...place.environment,
        ...(endpoint === undefined ? {} : { S3_ENDPOINT: endpoint }),
        ...cache,
        STATE_DIR: path.join(scratch, 'state'),
        REFRESH_SECONDS: '86400',
      },
      {
        onStatement: ({ params }) => {
          for (const [name, value] of Object.entries(params)) {
            if (name.startsWith('objects_') && Array.isArray(value)) opened.push(value);
          }
        },
      },
    );
    await app.refresh();
    await expectReadMode(app, mode);
    return { app, opened };
  };

  beforeAll(async () => {
    scratch = await scratchFolder();
    const directory = path.join(scratch, 'data');
    await mkdir(path.join(scratch, 'state'));
    await manyObjects(directory);
    const mode = modes[0] === 'local' ? 'local' : 'direct';
    place = await places.put(directory, mode);
    const { app } = await start(mode, undefined);
    try {
      expect(await app.ask('{ dataset { rolledUp objectCount } overview { totalRows } }')).toEqual({
        dataset: { rolledUp: true, objectCount: objects },
        overview: { totalRows: readings },
      });
    } finally {
      await app.close();
    }
  }, BUILD_MS);
  afterAll(async () => {
    await place?.remove();
    await places.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  describe.each(modes)(`%s: of ${objects} objects`, (mode) => {
    let proxy: FaultProxy | undefined;
    let app: TestApp;
    let opened: (readonly string[])[];

    beforeAll(async () => {
      const endpoint = place.environment['S3_ENDPOINT'];
      if (endpoint !== undefined) proxy = await startFaultProxy(endpoint);
      ({ app, opened } = await start(mode, proxy?.endpoint));
    });
    afterAll(async () => {
      await app?.close();
      await proxy?.stop();
    });

    const deviceDays = QUESTIONS.flatMap((question) => [
      { ...question, device: 'pack-50', keysOf: (day: number) => [ownKey('pack-50', day)], times: 1 },
      {
        ...question,
        device: shared,
        keysOf: (day: number) => [ownKey(shared, day), sharedKey(day)],
        times: 2,
      },
    ]);
    test.each(deviceDays)('$about of $device opens no other', async ({ about, days, device, ...asked }) => {
      const expected = days.flatMap(asked.keysOf).sort();
      const isPage = about.includes('page');
      opened.length = 0;
      const before = proxy?.requests.length ?? 0;
      const day = { from: instantOfDay(days[0] ?? 0), to: instantOfDay((days.at(-1) ?? 0) + 1) };
      expect(await asked.ask(app, device, day)).toBe(isPage ? asked.rows : asked.rows * asked.times);

      const bound = [...new Set(opened.flat())];
      expect(bound).toHaveLength(expected.length);
      if (mode !== 'cached') {
        expect(bound.every((file) => expected.some((key) => file.endsWith(`/${key}`)))).toBe(true);
      }
      if (proxy === undefined) return;
      const requests = proxy.requests.slice(before);
      const keys = requests.map(({ url }) => keyOf(url));
      expect([...new Set(keys)].sort()).toEqual(expected);
      expect(requests.every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true);
      // Whole objects, each of them once.
      if (mode === 'cached') expect(requests).toHaveLength(expected.length);
    });
  });
}

/** The key below the prefix; the path as it is for what is no object. */
function keyOf(url: string): string {
  const { pathname } = new URL(url, 'http://store');
  return /\/telemetry\/(?<key>.*)$/.exec(decodeURIComponent(pathname))?.groups?.['key'] ?? url;
}
