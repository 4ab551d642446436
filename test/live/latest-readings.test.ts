import { expect, test } from 'vitest';
import { listening } from '../support/event-stream.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const LATEST =
  'subscription ($ids: [ID!]!, $since: ID) { latestReadings(deviceIds: $ids, since: $since) { version reset readings { deviceId timestamp soc } gone } }';

interface Latest {
  readonly latestReadings: {
    readonly version: string;
    readonly reset: boolean;
    readonly readings: readonly {
      readonly deviceId: string;
      readonly timestamp: string;
      readonly soc: number;
    }[];
    readonly gone: readonly string[];
  };
}

const at = (day: number, hour = 12) =>
  `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;

test('sends everything first, then only devices whose latest reading is another one', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T12:00', 1), row('two', '2026-03-01T12:00', 2)]);
  const app = await appOn(folder);
  const { subscribe } = await listening(app);
  const events = await subscribe(LATEST, { ids: ['two', 'one', 'one', 'none'] });
  expect(events.status).toBe(200);
  expect(events.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const first = await events.data<Latest>();
  expect(first.latestReadings).toEqual({
    version: first.id,
    reset: true,
    readings: [
      { deviceId: 'one', timestamp: at(1), soc: 1 },
      { deviceId: 'two', timestamp: at(1), soc: 2 },
    ],
    gone: [],
  });

  // Late data of a day before, and data of another device: nobody is told.
  await folder.put('late.parquet', [row('one', '2026-02-20T12:00', 9), row('three', '2026-03-05T12:00', 3)]);
  await app.refresh();
  await folder.put('b.parquet', [row('one', '2026-03-02T12:00', 5), row('none', '2026-03-02T12:00', 6)]);
  await app.refresh();
  const second = await events.data<Latest>();
  expect(second.latestReadings).toEqual({
    version: second.id,
    reset: false,
    readings: [
      { deviceId: 'none', timestamp: at(2), soc: 6 },
      { deviceId: 'one', timestamp: at(2), soc: 5 },
    ],
    gone: [],
  });

  // Removed: one falls back, and none is gone.
  await folder.remove('b.parquet');
  await app.refresh();
  const third = await events.data<Latest>();
  expect(third.latestReadings).toEqual({
    version: third.id,
    reset: false,
    readings: [{ deviceId: 'one', timestamp: at(1), soc: 1 }],
    gone: ['none'],
  });
  // What cannot be read any more counts as removed.
  await folder.spoil('a.parquet');
  await app.refresh();
  expect((await events.data<Latest>()).latestReadings).toMatchObject({
    readings: [{ deviceId: 'one', timestamp: '2026-02-20T12:00:00.000Z' }],
    gone: ['two'],
  });
});
