import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METRICS } from '../../schema/context.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type DatasetName, datasetFacts, datasets } from '../support/datasets.ts';
import { expectClose } from '../support/expect-close.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type Mode, Places } from '../support/places.ts';
import { type Reading, readReadings } from '../support/reference.ts';
import { bucketsOf, ReferenceBuckets } from '../support/series-reference.ts';

/** Rollups and scans, days and hours, in zones with and without clock changes. */
const QUESTIONS = [
  ['1d', 'UTC', 'avg'],
  ['1d', 'Australia/Lord_Howe', 'max'],
  ['6h', 'Europe/Berlin', 'last'],
  ['1h', 'Asia/Kathmandu', 'timeWeightedAvg'],
  ['1w', 'America/New_York', 'p90'],
] as const;

export interface Columns {
  readonly deviceId: string;
  readonly timestamps: number[];
  readonly metrics: {
    readonly values: (number | null)[];
    readonly min: (number | null)[];
    readonly max: (number | null)[];
    readonly count: number[];
  }[];
}

/** Series of every device of these data sets equal what plain JavaScript makes of the same rows. */
export function describeSeries(
  mode: Mode,
  names: readonly DatasetName[],
  newPlaces = () => new Places(),
  settings: Readonly<Record<string, string>> = {},
): void {
  const title = [mode, ...Object.values(settings)].join(', ');
  describe.each(names)(`${title}: %s`, (name) => {
    const places = newPlaces();
    let directory: string;
    let readings: Map<string, Reading[]>;
    let app: TestApp;

    beforeAll(async () => {
      directory = await mkdtemp(path.join(tmpdir(), 'telemetry-series-'));
      await datasets[name](directory);
      const all = await readReadings(directory, datasetFacts[name].quarantined);
      readings = Map.groupBy(all, ({ deviceId }) => deviceId);
      app = await startApp({ ...(await places.put(directory, mode)).environment, ...settings });
      await app.refresh();
      await expectReadMode(app, mode);
    });

    afterAll(async () => {
      await app?.close();
      await places.stop();
      await rm(directory, { recursive: true, force: true });
    });

    test.each(QUESTIONS)('buckets of %s in %s, %s', async (bucket, timeZone, aggregate) => {
      const constant = aggregate.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
      const { series } = await app.ask<{ series: Columns[] }>(
        `{ series(bucket: "${bucket}", timeZone: "${timeZone}", aggregate: ${constant}, fill: NONE) {
          deviceId timestamps metrics { values min max count }
        } }`,
      );
      expect(series.map(({ deviceId }) => deviceId).sort()).toEqual([...readings.keys()].sort());
      const buckets = new ReferenceBuckets(bucket, timeZone);
      for (const { deviceId, timestamps, metrics } of series) {
        const own = readings.get(deviceId) ?? [];
        // Just after the last reading: the last value holds until there.
        const to = own.reduce((last, { micros }) => Math.max(last, Number(micros + 1n) / 1_000), -Infinity);
        const range = { buckets, aggregate, from: -Infinity, to };
        const found = METRICS.map((metric) => bucketsOf(own, { ...range, metric }));
        const starts = [...new Set(found.flatMap((one) => [...one.keys()]))].sort((a, b) => a - b);
        expect(timestamps).toEqual(starts);
        for (const [index, { values, ...others }] of metrics.entries()) {
          const at = (start: number) => found[index]?.get(start);
          expectClose(
            values,
            starts.map((start) => at(start)?.value ?? null),
          );
          expect(others).toEqual({
            min: starts.map((start) => at(start)?.min ?? null),
            max: starts.map((start) => at(start)?.max ?? null),
            count: starts.map((start) => at(start)?.count ?? 0),
          });
        }
      }
    });

    test('every reading that has a value, where there is room', async () => {
      const { series } = await app.ask<{ series: Columns[] }>(
        `{ series(maxPoints: 100000, fill: NONE) { deviceId timestamps metrics { values } resolution { method } } }`,
      );
      for (const { deviceId, timestamps, metrics } of series) {
        const own = (readings.get(deviceId) ?? [])
          .filter((reading) => METRICS.some((metric) => reading[metric] !== null))
          .sort((a, b) => Number(a.micros - b.micros));
        expect(timestamps).toEqual(own.map(({ micros }) => Number(micros) / 1_000));
        expect(metrics).toEqual(METRICS.map((metric) => ({ values: own.map((reading) => reading[metric]) })));
      }
    });
  });
}
