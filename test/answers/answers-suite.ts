import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnswersDocument, type AnswersQuery } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type DatasetName, datasetFacts, datasets } from '../support/datasets.ts';
import { type Mode, Places } from '../support/places.ts';
import {
  dailySummariesOf,
  devicesOf,
  latestReadingsOf,
  overviewOf,
  type Reading,
  readReadings,
  withTolerance,
} from '../support/reference.ts';

const TIME_ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];

/** Every answer of GraphQL and REST, from every data set, equals what plain JavaScript makes of the same rows. */
export function describeAnswers(
  mode: Mode,
  newPlaces = () => new Places(),
  settings: Readonly<Record<string, string>> = {},
): void {
  const title = [mode, ...Object.values(settings)].join(', ');
  describe.each(Object.keys(datasets) as DatasetName[])(`${title}: %s`, (name) => {
    const facts = datasetFacts[name];
    const places = newPlaces();
    let directory: string;
    let readings: Reading[];
    let app: TestApp;

    beforeAll(async () => {
      directory = await mkdtemp(path.join(tmpdir(), 'telemetry-answers-'));
      await datasets[name](directory);
      readings = await readReadings(directory, facts.quarantined);
      app = await startApp({ ...(await places.put(directory, mode)).environment, ...settings });
      await app.refresh();
    });

    afterAll(async () => {
      await app?.close();
      await places.stop();
      await rm(directory, { recursive: true, force: true });
    });

    test('the reference has the rows that the data set promises', () => {
      expect(readings).toHaveLength(facts.readings);
    });

    test.each(TIME_ZONES)('GraphQL, with days of %s', async (timeZone) => {
      const answer: AnswersQuery = await app.ask(AnswersDocument, { timeZone });
      const days = withTolerance(dailySummariesOf(readings, timeZone));
      const latest = latestReadingsOf(readings);

      expect(answer.overview).toEqual(overviewOf(readings));
      expect(answer.latestReadings).toEqual(latest);
      expect(withTolerance(answer.dailySummaries)).toEqual(days);

      const devices = answer.devices.edges.map(({ node }) => node);
      expect(withTolerance(devices.map(({ latestReading, dailySummaries, ...summary }) => summary))).toEqual(
        withTolerance(devicesOf(readings)),
      );
      expect(devices.map(({ latestReading }) => latestReading)).toEqual(latest);
      expect(withTolerance(devices.flatMap(({ dailySummaries }) => dailySummaries))).toEqual(days);
    });

    test('dataset: what the answers rest on', async () => {
      const { dataset } = await app.ask(AnswersDocument, { timeZone: 'UTC' });
      expect(dataset).toMatchObject({
        source: mode === 'local' ? 'LOCAL' : 'S3',
        readMode: mode.toUpperCase(),
        objectCount: facts.objects,
        rolledUp: true,
        newestReading: overviewOf(readings).lastTimestamp,
      });
      expect(dataset.quarantined.map(({ key }) => key)).toEqual(facts.quarantined);
      for (const { reason } of dataset.quarantined) {
        expect(reason).toMatch(/^(Not |Its data cannot be read: ).{10,}/);
        expect(reason).not.toContain(tmpdir());
      }
    });

    test('REST gives the same in snake case', async () => {
      const json = async (url: string) => (await app.get(url)).json();
      expect(await json('/overview')).toEqual(snakeKeys(overviewOf(readings)));
      expect(await json('/devices/latest')).toEqual(latestReadingsOf(readings).map(snakeKeys));
      expect(withTolerance(await json('/devices'))).toEqual(
        withTolerance(devicesOf(readings).map(snakeKeys)),
      );
      expect(withTolerance(await json('/daily-summary?time_zone=Asia/Kathmandu'))).toEqual(
        withTolerance(dailySummariesOf(readings, 'Asia/Kathmandu').map(snakeKeys)),
      );
    });
  });
}

function snakeKeys(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
