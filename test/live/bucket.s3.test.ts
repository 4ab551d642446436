import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { listening } from '../support/event-stream.ts';
import { Places } from '../support/places.ts';
import { changingFolder, type Row, row } from './changing-folder.ts';

const places = new Places();
afterAll(() => places.stop());

test('objects of a bucket that come, are replaced and go are heard of', async () => {
  const { server: s3, bucket } = await places.bucket();
  const folder = await changingFolder();
  const put = async (key: string, rows: readonly Row[]) => {
    await folder.put(key, rows);
    await s3.put(bucket, `telemetry/${key}`, await readFile(path.join(folder.directory, key)));
  };
  await put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const app = await startApp({ ...places.environment(s3, bucket), REFRESH_SECONDS: '86400' });
  try {
    await app.refresh();
    const { subscribe } = await listening(app);
    const events = await subscribe(
      'subscription { latestReadings(deviceIds: ["one"]) { reset readings { soc } gone } }',
    );
    const update = async () => (await events.data<{ latestReadings: object }>()).latestReadings;
    expect(await update()).toEqual({ reset: true, readings: [{ soc: 1 }], gone: [] });
    await put('b.parquet', [row('one', '2026-03-02T10:00', 2)]);
    await app.refresh();
    expect(await update()).toEqual({ reset: false, readings: [{ soc: 2 }], gone: [] });
    await put('b.parquet', [row('one', '2026-03-02T10:00', 3)]);
    await app.refresh();
    expect(await update()).toEqual({ reset: false, readings: [{ soc: 3 }], gone: [] });
    await s3.remove(bucket, 'telemetry/b.parquet');
    await app.refresh();
    expect(await update()).toEqual({ reset: false, readings: [{ soc: 1 }], gone: [] });
  } finally {
    await app.close();
  }
});
