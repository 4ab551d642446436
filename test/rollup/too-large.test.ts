import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { type WriteObject, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SOUND = 3;
const READINGS = 10;
const LARGE = 'large.parquet';
/** Of a device's name. A page is decoded as a whole, and this one compresses to next to nothing. */
const NAME_BYTES = 100_000_000;

const rows = (device: string, day: number, count = READINGS) =>
  `SELECT ${device} AS device_id, TIMESTAMP '2026-01-01' + INTERVAL 1 DAY * ${day} + INTERVAL 1 MINUTE * i AS "timestamp",
    3.5 AS voltage, 20.5 AS temperature, 50.0 AS soc FROM range(${count}) AS numbers(i)`;

const QUESTION = `{
  dataset { rolledUp objectCount quarantined { key reason } }
  overview { totalRows }
  device(deviceId: "dev-1") { readingCount readings(first: 2) { totalCount } }
}`;
const ofDevice = { readingCount: READINGS, readings: { totalCount: READINGS } };

test('an object that does not fit into the memory for building: tried alone, then quarantined, until it is another', async () => {
  const directory = await temporaryFolder();
  const write = (fill: (write: WriteObject) => Promise<void>) => writeDataset(directory, fill);
  await write(async (put) => {
    for (let day = 0; day < SOUND; day++) await put(`${day}.parquet`, rows(`'dev-${day}'`, day));
    await put(LARGE, rows(`repeat('x', ${NAME_BYTES})`, SOUND, 1));
  });
  const attempts: { keys: string[]; code: unknown }[] = [];
  const app = await startApp(
    { DATA_DIR: directory, REFRESH_SECONDS: '86400', ENGINE_MEMORY_LIMIT: '256MB' },
    {
      onStatement: ({ name, params, error }) => {
        if (name !== 'partials') return;
        const paths = Object.values(params).filter(Array.isArray).flat() as string[];
        const keys = paths
          .filter((one) => one.endsWith('.parquet'))
          .map((one) => one.split('/').at(-1) ?? '');
        attempts.push({ keys, code: Reflect.get(Object(error), 'code') });
      },
    },
  );
  onTestFinished(() => app.close());
  await app.refresh();

  // Once beside others, who may have had the memory, and again when these are done.
  const tried = attempts.filter(({ keys }) => keys.includes(LARGE));
  expect(tried.length).toBeGreaterThanOrEqual(2);
  for (const attempt of tried) expect(attempt).toEqual({ keys: [LARGE], code: 'OUT_OF_MEMORY' });
  const whole = attempts.filter(({ code }) => code === undefined);
  expect(whole.flatMap(({ keys }) => keys).toSorted()).toEqual(['0.parquet', '1.parquet', '2.parquet']);
  expect(attempts.at(-1)?.keys).toEqual([LARGE]);

  expect(await app.ask(QUESTION)).toEqual({
    dataset: {
      rolledUp: true,
      objectCount: SOUND + 1,
      quarantined: [{ key: LARGE, reason: expect.stringMatching(/^Its data cannot be read: Out of Memory/) }],
    },
    overview: { totalRows: SOUND * READINGS },
    device: ofDevice,
  });

  await write((put) => put(LARGE, rows("'dev-1'", SOUND)));
  await app.refresh();
  expect(await app.ask(QUESTION)).toEqual({
    dataset: { rolledUp: true, objectCount: SOUND + 1, quarantined: [] },
    overview: { totalRows: (SOUND + 1) * READINGS },
    device: { readingCount: 2 * READINGS, readings: { totalCount: 2 * READINGS } },
  });
});
