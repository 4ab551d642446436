import path from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Until 1972 Liberia's days began at 00:44:30 UTC, which no slot of the rollups serves. */
const TIME_ZONE = 'Africa/Monrovia';

test('days that begin within a slot are exact, and only objects that can hold them are scanned', async () => {
  const directory = await temporaryFolder();
  const series = (device: number, from: string, seed = 1) =>
    seriesSql({ devices: [device, device], from, everyMinutes: 7, count: 600, seed });
  await writeDataset(directory, async (write) => {
    await write('one.parquet', series(1, '1971-01-01'));
    await write('two.parquet', series(2, '1971-01-01'));
    await write('later.parquet', series(1, '1971-06-01'));
  });
  const app = await startApp({ DATA_DIR: directory, REFRESH_SECONDS: '86400' });
  try {
    await app.refresh();
    const scanned = await app.executeQuery('daily_summary', { device_ids: ['dev-1'], time_zone: TIME_ZONE });
    const expected = scanned.map(({ date, reading_count: readingCount, avg_soc: avgSoc }) => ({
      date,
      readingCount,
      avgSoc,
    }));
    const days = (args: string) =>
      `{ dataset { version } dailySummaries(deviceIds: ["dev-1"], timeZone: "${TIME_ZONE}"${args}) { date readingCount avgSoc } }`;
    const { dailySummaries, dataset } = await app.ask<{
      dailySummaries: { date: string }[];
      dataset: object;
    }>(days(''));
    expect(dailySummaries).toEqual(expected);
    expect(dailySummaries.length).toBeGreaterThan(5);

    // Other objects change unseen: a scan of them would notice, and answer from a new snapshot.
    await writeDataset(directory, async (write) => {
      await write('two.parquet', series(2, '1971-01-01', 2));
      await write('later.parquet', series(1, '1971-06-01', 2));
    });
    app.takeStatements();
    const january = await app.ask<typeof dataset & { dailySummaries: { date: string }[] }>(
      days(', from: "1971-01-01", to: "1971-01-31"'),
    );
    expect(app.takeStatements()).toEqual(['daily_summary', 'holding', 'daily_summary']);
    expect(january).toEqual({
      dataset,
      dailySummaries: dailySummaries.filter(({ date }) => date.startsWith('1971-01')),
    });

    for (const none of [', from: "1999-01-01", to: "9999-12-31"', ', from: "0001-01-01", to: "0001-01-01"']) {
      expect((await app.ask<{ dailySummaries: [] }>(days(none))).dailySummaries).toEqual([]);
    }
    const all = await app.ask<{ dataset: object }>(days(', to: "1971-12-31"'));
    expect(all.dataset).not.toEqual(dataset);
  } finally {
    await app.close();
  }
});

test('today every zone answers from the rollups alone', async () => {
  const directory = path.join(await temporaryFolder(), 'data');
  await writeDataset(directory, (write) =>
    write('a.parquet', seriesSql({ devices: [1, 3], from: '2026-03-25', everyMinutes: 5, count: 3_000 })),
  );
  const app = await startApp({ DATA_DIR: directory });
  try {
    await app.refresh();
    app.takeStatements();
    for (const timeZone of [
      'Asia/Kathmandu',
      'Asia/Kolkata',
      'Pacific/Chatham',
      'Australia/Eucla',
      'America/St_Johns',
    ]) {
      await app.ask(`{ dailySummaries(timeZone: "${timeZone}") { date } }`);
      expect([timeZone, app.takeStatements()]).toEqual([timeZone, ['daily_summary']]);
    }
  } finally {
    await app.close();
  }
});

test('periods that begin or end within a slot are scanned; where only inner days do, the rollups answer', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'one.parquet',
      seriesSql({ devices: [1, 2], from: '1971-01-01', everyMinutes: 7, count: 600, seed: 1 }),
    ),
  );
  const app = await startApp({ DATA_DIR: directory, REFRESH_SECONDS: '86400' });
  try {
    await app.refresh();
    const days = await app.executeQuery('daily_summary', { time_zone: TIME_ZONE });
    const countOf = (from: string, to: string) =>
      days
        .filter(({ date }) => String(date) >= from && String(date) <= to)
        .reduce((sum, { reading_count: count }) => sum + Number(count), 0);
    app.takeStatements();
    const { compare } = await app.ask<{
      compare: Record<'total', Record<'first' | 'second', { readingCount: number }>>;
    }>(`{ compare(first: {to: "1971-01-01"}, second: {from: "1971-01-02", to: "1971-01-02"}, timeZone: "${TIME_ZONE}") {
      total { first { readingCount } second { readingCount } }
    } }`);
    expect(app.takeStatements()).toEqual(['compare', 'holding', 'compare']);
    expect(compare.total).toEqual({
      first: { readingCount: countOf('', '1971-01-01') },
      second: { readingCount: countOf('1971-01-02', '1971-01-02') },
    });

    const top = (args: string) =>
      app.ask<{ topDevices: { value: number }[] }>(
        `{ topDevices(by: READING_COUNT, timeZone: "${TIME_ZONE}"${args}) { value } }`,
      );
    await top(', from: "1971-01-02", to: "1971-01-02"');
    expect(app.takeStatements()).toEqual(['top_devices', 'holding', 'top_devices']);
    expect(await top('')).toEqual({ topDevices: [{ value: 600 }, { value: 600 }] });
    expect(app.takeStatements()).toEqual(['top_devices']);
  } finally {
    await app.close();
  }
});
