import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ReadingsPageDocument } from '../generated/graphql.ts';
import { appOver } from '../support/app-over.ts';
import { datasetFacts } from '../support/datasets.ts';

const DAY = { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' };

/** Whatever a statement opens is compared with the snapshot, so a spoilt object tells that it was opened. */
test('a device and day open only the objects that can hold them, a page those of its rows', async () => {
  const app = await appOver('manySmall', {}, { REFRESH_SECONDS: '86400' });
  try {
    await app.refresh();
    const ask = async (args: object) => app.ask(ReadingsPageDocument, { device: 'dev-2', ...args });
    const [all, day] = [await ask({ first: 1000 }), await ask({ ...DAY, first: 1000 })];
    const download = async () =>
      (await app.get(`/readings.csv?device_id=dev-2&from=${DAY.from}&to=${DAY.to}`)).text();
    const exported = await download();
    expect(exported.trim().split('\r\n')).toHaveLength(1 + 120);
    expect(all.device?.readings.totalCount).toBe(datasetFacts.manySmall.readings / 5);
    expect(day.device?.readings.totalCount).toBe(120);
    const [firstPage, newest] = [await ask({ first: 10 }), await ask({ first: 10, direction: 'DESC' })];
    const deep = { first: 5, after: all.device?.readings.edges[250]?.cursor };
    const deepPage = await ask(deep);

    // Of 200 objects the 12 of dev-2 on that day stay whole, then those of pages elsewhere.
    const spoil = async (spared: (ofDevice: boolean, date: string, nth: number) => boolean) => {
      let spoilt = 0;
      for (const key of await readdir(app.directory, { recursive: true })) {
        const [, date = '', nth = ''] = /(\d{4}-\d\d-\d\d)\/part-(\d+)\.parquet$/.exec(key) ?? [];
        if (date === '' || spared(Number(nth) % 5 === 1, date, Number(nth))) continue;
        await writeFile(path.join(app.directory, key), 'spoilt');
        spoilt++;
      }
      return spoilt;
    };
    // A page needs one row more than it shows, which is in the next object.
    const isOfPage = (nth: number) => [1, 6, 126, 131, 191, 196].includes(nth);
    expect(await spoil((own, date, nth) => own && (date === '2026-03-02' || isOfPage(nth)))).toBe(
      200 - 12 - 6,
    );
    expect(await ask({ ...DAY, first: 1000 })).toEqual(day);
    expect(await download()).toBe(exported);
    expect(await ask({ first: 10 })).toEqual(firstPage);
    expect(await ask({ first: 10, direction: 'DESC' })).toEqual(newest);
    expect(await ask(deep)).toEqual(deepPage);
    const lost = await ask({ ...DAY, to: '2026-03-03T03:00:00Z', last: 5 });
    expect(lost.dataset.version).not.toBe(day.dataset.version);
  } finally {
    await app.close();
  }
});

test('the rest of an hour, after its last reading, opens no object', async () => {
  const opened: unknown[] = [];
  const app = await appOver(
    'manySmall',
    { onStatement: ({ name, params }) => name !== 'partials' && opened.push(params['objects_0'] ?? []) },
    { REFRESH_SECONDS: '86400' },
  );
  try {
    await app.refresh();
    // Readings are twelve minutes apart, so the last one of each hour is at 48.
    const between = { from: '2026-03-02T00:49:00Z', to: '2026-03-02T01:00:00Z' };
    const { device } = await app.ask(ReadingsPageDocument, { device: 'dev-2', ...between });
    expect(device?.readings).toMatchObject({ totalCount: 0, edges: [] });
    const url = `/readings.csv?device_id=dev-2&from=${between.from}&to=${between.to}`;
    expect((await (await app.get(url)).text()).trim().split('\r\n')).toHaveLength(1);
    expect(opened.flat()).toEqual([]);
  } finally {
    await app.close();
  }
});
