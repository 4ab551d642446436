import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_ORDER_FIELDS } from '../../schema/context.ts';
import { generateSample } from '../../src/sample/generate-sample.ts';
import { startApp, type TestApp } from '../support/app.ts';

let directory: string;
let app: TestApp;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-repeatable-'));
  // Many row groups for each device, so that threads finish in another order each time.
  const end = new Date('2026-03-31T00:00:00Z');
  await generateSample({ directory: path.join(directory, 'data'), seed: 3, devices: 24, days: 20, end });
  app = await startApp({
    DATA_DIR: path.join(directory, 'data'),
    ENGINE_THREADS: '4',
    RESPONSE_CACHE_MAX_BYTES: '0',
  });
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

test.each(['/devices', '/daily-summary', '/daily-summary?time_zone=Europe/Berlin', '/devices/latest'])(
  '%s: the same snapshot gives the same bytes',
  async (url) => {
    const answers = new Set<string>();
    for (let run = 0; run < 6; run++) answers.add(await (await app.get(url)).text());
    expect(answers.size).toBe(1);
  },
);

test.each(DEVICE_ORDER_FIELDS)('pages in the order of %s meet every device once', async (field) => {
  const orderBy = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const found: string[] = [];
  let url: string | undefined = `/devices?first=5&order_by=${orderBy}`;
  while (url !== undefined) {
    const response: Response = await app.get(url);
    found.push(...(await response.json()).map((row: { device_id: string }) => row.device_id));
    url = /<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(found).toHaveLength(24);
  expect(new Set(found).size).toBe(24);
});
