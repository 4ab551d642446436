import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReadingsPageDocument, type ReadingsPageQueryVariables } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type Mode, Places } from '../support/places.ts';
import { type Reading, readReadings } from '../support/reference.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { ordered, specification } from './reference.ts';

/** Types of columns, places of the device, missing values, ties and broken objects, as far as rows show them. */
export const NAMES = [
  'mixedSchemas',
  'equalTimestamps',
  'missingValues',
  'oddIds',
  'hivePartitioned',
  'overlapping',
  'broken',
] as const;

/** What depends on how objects are opened. */
export const OPENED = ['mixedSchemas', 'hivePartitioned', 'broken'] as const;

const EVERY = { from: null, to: null, last: null, after: null, before: null };

/** The rows of every device of every data set, as plain JavaScript orders them. */
export function describeReadings(mode: Mode, names: readonly (typeof NAMES)[number][]): void {
  describe.each(names)(`${mode}: %s`, (name) => {
    const places = new Places();
    let directory: string;
    let app: TestApp;
    let byDevice: Map<string, Reading[]>;

    beforeAll(async () => {
      directory = await scratchFolder();
      await datasets[name](directory);
      const readings = await readReadings(directory, datasetFacts[name].quarantined);
      byDevice = Map.groupBy(readings, ({ deviceId }) => deviceId);
      app = await startApp((await places.put(directory, mode)).environment);
      await app.refresh();
      await expectReadMode(app, mode);
    });
    afterAll(async () => {
      await app?.close();
      await places.stop();
      await rm(directory, { recursive: true, force: true });
    });

    const rowsOf = async (variables: ReadingsPageQueryVariables) => {
      const { device } = await app.ask(ReadingsPageDocument, variables);
      return device?.readings.edges.map(({ node }) => node);
    };

    test('oldest first, newest first, and between two instants', async () => {
      expect(byDevice.size).toBe(datasetFacts[name].devices);
      for (const [device, own] of byDevice) {
        for (const direction of ['ASC', 'DESC'] as const) {
          const all = ordered(own, direction);
          const { rows } = specification(all, { ...EVERY, first: 150 });
          expect(await rowsOf({ device, direction, first: 150 }), device).toEqual(rows);

          const times = rows.map(({ timestamp }) => timestamp).sort();
          const [from = '', to = ''] = [times[0], times.at(-1)];
          const between = rows.filter(({ timestamp }) => timestamp >= from && timestamp < to);
          if (rows.length < 150)
            expect(await rowsOf({ device, direction, from, to, first: 150 })).toEqual(between);
        }
      }
    });
  });
}
