import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { Places } from '../support/places.ts';
import { queriesWith } from '../support/queries-app.ts';
import type { S3Server } from '../support/s3-server.ts';
import { createLake, keyOf, type Lake } from './lake.ts';
import { QUERY_FILES } from './questions.ts';

const SECONDS = 30;
/** On a machine too busy for that many answers. */
const MOST_SECONDS = 900;
const READERS = 8;
const LEAST_CHECKED = 10_000;
/** Of the answers. Whoever is told that the data changed under the question four times asks again. */
const MOST_REFUSED = 0.25;

const ROLLED_UP = 'devices { edges { node { deviceId minVoltage maxVoltage } } }';
const LATEST = 'latestReadings { deviceId voltage }';
const PAGE = 'device(deviceId: "pack-2") { readings(first: 5) { edges { node { voltage } } } }';
const SERIES =
  'device(deviceId: "pack-2") { series(metrics: [VOLTAGE], bucket: "10m", aggregate: MAX, to: "2026-03-01T01:00:00Z") { metrics { values } } }';
const QUERY = 'volts { rows { volts readings } }';
/** What comes from the rollups beside scans of one kind or all: a snapshot of its own for each would be a mix. */
const DOCUMENTS = [
  [ROLLED_UP, PAGE],
  [LATEST, SERIES],
  [ROLLED_UP, QUERY],
  [ROLLED_UP, LATEST, PAGE, SERIES, QUERY],
].map((fields) => `{ ${fields.join(' ')} }`);
const PATHS = [
  '/devices',
  '/daily-summary',
  '/devices/latest',
  '/readings?device_id=pack-1&first=20',
  '/queries/volts',
  '/series?device_id=pack-3&metric=voltage&bucket=10m&aggregate=max&to=2026-03-01T02:00:00Z',
  '/readings.csv?to=2026-03-01T02:00:00Z',
];

let lake: Lake;
beforeAll(async () => {
  lake = await createLake();
});
afterAll(() => lake.remove());

/**
 * Every voltage of version v lies in [10,000 v, 10,000 v + 10,000), and so do means, whatever the device. No version comes
 * twice: direct mode cannot notice an object that is put back as it was before a statement is over.
 */
const versionOf = (voltage: number) => Math.floor(voltage / 10_000);

/** All numbers that are voltages or means of them: else there are smaller ones, instants, and the limit of rows. */
function versionsIn(value: unknown, found = new Set<number>()): Set<number> {
  if (typeof value === 'number' && value >= 10_000 && value < 1e8) found.add(versionOf(value));
  else if (Array.isArray(value)) for (const item of value) versionsIn(item, found);
  else if (typeof value === 'object' && value !== null) {
    const { volts, readings, row_limit, ...others } = value as Record<string, unknown>;
    if (typeof volts === 'number' && typeof readings === 'number') found.add(versionOf(volts / readings));
    versionsIn(Object.values(others), found);
  }
  return found;
}

function versionsInCsv(text: string): Set<number> {
  const rows = text.trim().split('\r\n').slice(1);
  return new Set(rows.map((row) => versionOf(Number(row.split(',')[2]))));
}

describe.each(['direct', 'cached'] as const)('%s', (mode) => {
  const places = new Places();
  let server: S3Server;
  let bucket: string;
  let app: TestApp;
  let scratch: string;
  let url: string;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-replaced-'));
    ({ server, bucket } = await places.bucket());
    await server.put(bucket, `telemetry/${keyOf(0)}`, await lake.object(0, 1));
    const cache = { OBJECT_CACHE_DIR: path.join(scratch, 'cache'), OBJECT_CACHE_MAX_BYTES: '1000000' };
    app = await startApp(
      {
        ...places.environment(server, bucket),
        REFRESH_SECONDS: '1',
        // Each answer is one that was made for it.
        RESPONSE_CACHE_MAX_BYTES: '0',
        EXPORT_MAX_CONCURRENT: String(READERS),
        VIEWER_MAX_EXPORTS: String(READERS),
        ...(mode === 'cached' ? cache : {}),
      },
      { queriesDirectory: await queriesWith(QUERY_FILES) },
    );
    const listening = createServer(app.handler).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    stop = async () => {
      listening.closeAllConnections();
      listening.close();
      await app.close();
    };
    await app.refresh();
    await expectReadMode(app, mode);
  });
  afterEach(async () => {
    await stop();
    await places.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  test(`an object that is replaced all the time for ${SECONDS} s: no answer mixes its versions`, async () => {
    const checked = {
      answers: 0,
      refused: 0,
      versions: new Set<number>(),
    };
    const problems: string[] = [];
    const check = (versions: Set<number>, about: string) => {
      checked.answers++;
      if (versions.size !== 1) problems.push(`${about}: ${[...versions]}`);
      for (const version of versions) checked.versions.add(version);
    };
    const refuse = (code: unknown, about: string) => {
      checked.refused++;
      if (code !== 'DATASET_CHANGED') problems.push(`${about}: ${code}`);
    };

    const askGraphQL = async (query: string | undefined) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const { data, errors } = (await response.json()) as {
        data: unknown;
        errors?: { extensions: { code: string } }[];
      };
      if (errors === undefined) return check(versionsIn(data), 'GraphQL');
      for (const { extensions } of errors) refuse(extensions.code, 'GraphQL');
    };
    const askRest = async (path: string) => {
      // A transfer that has begun can only be broken off.
      const text = await fetch(`${url}${path}`)
        .then(async (response) => ({ status: response.status, body: await response.text() }))
        .catch(() => undefined);
      if (text === undefined)
        return path.includes('.csv') ? refuse('DATASET_CHANGED', path) : refuse('cut off', path);
      if (text.status !== 200) return refuse(JSON.parse(text.body).code, path);
      check(path.includes('.csv') ? versionsInCsv(text.body) : versionsIn(JSON.parse(text.body)), path);
    };

    app.takeStatements();
    const began = performance.now();
    let replacements = 0;
    /** Answers while the object was replaced as fast as that. */
    let early = 0;
    const replace = async () => {
      for (;;) {
        const seconds = (performance.now() - began) / 1000;
        if (seconds > SECONDS && (checked.answers >= LEAST_CHECKED || seconds > MOST_SECONDS)) return;
        await server.put(bucket, `telemetry/${keyOf(0)}`, await lake.object(0, 1 + ++replacements));
        // Some snapshots must last for long enough to be read. The rest of the answers comes of longer ones.
        await delay((seconds < SECONDS ? 10 : 50) * (replacements % 60));
        if (seconds < SECONDS) early = checked.answers;
      }
    };
    let replacing = true;
    const read = async (reader: number) => {
      for (let round = reader; replacing; round++) {
        if (reader % 2 === 0) await askGraphQL(DOCUMENTS[round % DOCUMENTS.length]);
        else await askRest(PATHS[round % PATHS.length] ?? '/devices');
      }
    };
    const reading = Array.from({ length: READERS }, (_, reader) => read(reader));
    await replace();
    replacing = false;
    await Promise.all(reading);
    const statements = app.takeStatements().length;
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `${mode}: ${checked.answers} answers checked in ${seconds} s, ${early} of them in the first ${SECONDS} s, ${checked.refused} refused, ${replacements} replacements, ${checked.versions.size} versions seen, ${statements} statements`,
    );
    expect(problems.slice(0, 10)).toEqual([]);
    expect(checked.answers).toBeGreaterThanOrEqual(LEAST_CHECKED);
    // None of them is a copy of another.
    expect(statements).toBeGreaterThanOrEqual(checked.answers);
    expect(checked.refused).toBeLessThan(checked.answers * MOST_REFUSED);
    expect(early).toBeGreaterThan(0);
    expect(checked.versions.size).toBeGreaterThan(10);
  }, 1_000_000);
});
