import { expect, test } from 'vitest';
import { appOver } from '../support/app-over.ts';
import { datasetFacts } from '../support/datasets.ts';

test('while the rollups are built, /ready and dataset tell how far they are, and answers are whole', async () => {
  const halfWay = Promise.withResolvers<void>();
  let read = 0;
  const app = await appOver('manySmall', {
    onStatement: ({ name }) => {
      if (name === 'partials' && ++read === 100) halfWay.resolve();
    },
  });
  try {
    await halfWay.promise;
    const { data } = await app.post<{
      dataset: {
        rolledUp: boolean;
        progress: { objects: number; objectsDone: number; bytes: number; bytesDone: number };
      };
      overview: object;
    }>('{ dataset { rolledUp progress { objects objectsDone bytes bytesDone } } overview { totalRows } }');
    const { progress } = data.dataset;
    expect(data.dataset.rolledUp).toBe(false);
    expect(data.overview).toEqual({ totalRows: datasetFacts.manySmall.readings });
    expect(progress.objects).toBe(datasetFacts.manySmall.objects);
    expect(progress.objectsDone).toBeGreaterThanOrEqual(90);
    expect(progress.objectsDone).toBeLessThan(progress.objects);
    expect(progress.bytesDone / progress.bytes).toBeCloseTo(progress.objectsDone / progress.objects, 1);
    expect(await (await app.get('/ready')).json()).toMatchObject({ status: 'ready' });

    await app.refresh();
    expect(await app.ask('{ dataset { rolledUp progress { objects } } }')).toEqual({
      dataset: { rolledUp: true, progress: null },
    });
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
