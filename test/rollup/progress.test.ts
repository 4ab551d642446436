import { expect, test } from 'vitest';
import { appOver } from '../support/app-over.ts';
import { datasetFacts } from '../support/datasets.ts';
import { objectsOpened } from '../support/objects-opened.ts';

const { objects, readings } = datasetFacts.manySmall;
const DATASET = `dataset { version rolledUp coverage progress { objects objectsDone bytes bytesDone secondsLeft } }`;

interface Answer {
  readonly dataset: {
    readonly version: string;
    readonly rolledUp: boolean;
    readonly coverage: number;
    readonly progress: {
      readonly objects: number;
      readonly objectsDone: number;
      readonly bytes: number;
      readonly bytesDone: number;
      readonly secondsLeft: number;
    } | null;
  };
}

/** An app whose first build stands at half of its objects, and goes on. */
async function halfBuilt(warmup: 'wait' | 'partial') {
  const halfWay = Promise.withResolvers<void>();
  let read = 0;
  const app = await appOver(
    'manySmall',
    {
      onStatement: (event) => {
        if (event.name !== 'partials') return;
        read += objectsOpened(event);
        if (read >= objects / 2) halfWay.resolve();
      },
    },
    { WARMUP: warmup },
  );
  await halfWay.promise;
  // A group counts once its objects were compared after the statement.
  await expect.poll(() => app.progress()?.objectsDone ?? objects, { interval: 1 }).toBeGreaterThan(0);
  return app;
}

test('WARMUP=wait: while the rollups are built, summaries wait, and dataset and /ready tell how far they are', async () => {
  const app = await halfBuilt('wait');
  try {
    const [{ dataset }, ready, waiting, rest] = await Promise.all([
      app.ask<Answer>(`{ ${DATASET} }`),
      app.get('/ready'),
      app.ask<Answer & { overview: object }>(`{ overview { totalRows } ${DATASET} }`),
      app.get('/overview'),
    ]);
    const { progress } = dataset;
    expect(dataset).toMatchObject({ rolledUp: false, coverage: 0, progress: { objects } });
    expect(progress?.objectsDone).toBeGreaterThan(0);
    expect(progress?.objectsDone).toBeLessThan(objects);
    expect((progress?.bytesDone ?? 0) / (progress?.bytes ?? 1)).toBeCloseTo(
      (progress?.objectsDone ?? 0) / objects,
      1,
    );
    expect(progress?.secondsLeft).toBeGreaterThanOrEqual(0);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      code: 'WARMING_UP',
      coverage: 0,
      progress: { objects, objects_done: expect.any(Number), seconds_left: expect.any(Number) },
    });

    // The answer that waited is whole, and all of it is of the snapshot with rollups.
    expect(waiting.overview).toEqual({ totalRows: readings });
    expect(waiting.dataset).toMatchObject({ rolledUp: true, coverage: 1, progress: null });
    expect(await rest.json()).toMatchObject({ total_rows: readings });
    expect(rest.headers.get('x-dataset-coverage')).toBe('1');
    expect(rest.headers.get('x-dataset-version')).toBe(waiting.dataset.version);
    expect((await app.get('/ready')).status).toBe(200);
  } finally {
    await app.close();
  }
});

test('WARMUP=partial: answers come from what is covered, say so, and agree with each other', async () => {
  const app = await halfBuilt('partial');
  try {
    const part = await app.ask<
      Answer & {
        overview: { totalRows: number };
        devices: { edges: { node: { readingCount: number } }[] };
        dailySummaries: { readingCount: number }[];
        all: {
          read: { totalCount: number; edges: { node: { contents: { readingCount: number } } }[] };
          waiting: { totalCount: number };
        };
      }
    >(`{
      ${DATASET} overview { totalRows } devices { edges { node { readingCount } } }
      dailySummaries(timeZone: "Asia/Kolkata") { readingCount }
      all: dataset {
        read: objects(filter: { status: READ }) { totalCount edges { node { contents { readingCount } } } }
        waiting: objects(filter: { status: WAITING }) { totalCount }
      }
    }`);
    const { coverage, rolledUp, version } = part.dataset;
    expect(rolledUp).toBe(true);
    expect(coverage).toBeGreaterThan(0);
    expect(coverage).toBeLessThan(1);
    const sum = (rows: readonly { readingCount: number }[]) =>
      rows.reduce((total, { readingCount }) => total + readingCount, 0);
    expect(part.overview.totalRows / readings).toBeCloseTo(coverage, 9);
    expect(sum(part.devices.edges.map(({ node }) => node))).toBe(part.overview.totalRows);
    expect(sum(part.dailySummaries)).toBe(part.overview.totalRows);
    const { read, waiting } = part.all;
    expect(sum(read.edges.map(({ node }) => node.contents))).toBe(part.overview.totalRows);
    expect(waiting.totalCount).toBeGreaterThan(0);
    expect(read.totalCount + waiting.totalCount).toBe(objects);
    const ready = await app.get('/ready');
    expect([ready.status, (await ready.json()).status]).toEqual([200, 'ready']);

    await app.refresh();
    const whole = await app.ask<Answer & { overview: object }>(`{ ${DATASET} overview { totalRows } }`);
    expect(whole).toMatchObject({
      dataset: { rolledUp: true, coverage: 1, progress: null },
      overview: { totalRows: readings },
    });
    expect(whole.dataset.version).not.toBe(version);
  } finally {
    await app.close();
  }
});

test('the rollups are built however few statements may run and wait', async () => {
  const app = await appOver('plain', {}, { ENGINE_MAX_CONCURRENT: '1', ENGINE_MAX_QUEUED: '0' });
  try {
    await app.refresh();
    expect(await app.ask('{ dataset { rolledUp } }')).toEqual({ dataset: { rolledUp: true } });
  } finally {
    await app.close();
  }
});
