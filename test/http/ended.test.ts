import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { generateSample } from '../../src/sample/generate-sample.ts';
import { startApp } from '../support/app.ts';

test('when an operation has its answer, none of its statements runs on', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-ended-'));
  await generateSample({
    directory: path.join(directory, 'data'),
    seed: 1,
    devices: 24,
    days: 10,
    end: new Date('2026-03-31T00:00:00Z'),
  });
  const ends: { name: string; code: unknown }[] = [];
  const app = await startApp(
    {
      DATA_DIR: path.join(directory, 'data'),
      ENGINE_MAX_CONCURRENT: '1',
      DOCUMENT_MAX_ROOT_FIELDS: '31',
    },
    {
      onStatement: ({ name, error }) =>
        ends.push({ name, code: error instanceof Error && 'code' in error ? error.code : undefined }),
    },
  );
  try {
    await app.refresh();
    ends.length = 0;
    // Their statements wait for the one connection; one bad argument ends the whole operation, since no field of it may be null.
    const scans = Array.from(
      { length: 30 },
      (_, day) =>
        `d${day}: dailySummaries(timeZone: "Asia/Kathmandu", from: "1990-01-${String(day + 1).padStart(2, '0')}") { date }`,
    );
    const { status } = await app.post(`{ ${scans.join('\n')} bad: devices(first: -1) { totalCount } }`);
    expect(status).toBe(400);
    await app.ask('{ latestReadings { soc } }');
    await expect
      .poll(() => ends.filter(({ name }) => name === 'daily_summary').length)
      .toBeGreaterThanOrEqual(30);
    const done = ends.filter(({ name, code }) => name === 'daily_summary' && code === undefined);
    expect(done.length).toBeLessThan(5);
  } finally {
    await app.close();
    await rm(directory, { recursive: true, force: true });
  }
});
