import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChangingDocument, type ChangingQuery } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { effort } from '../support/effort.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { Places } from '../support/places.ts';
import type { S3Server } from '../support/s3-server.ts';

const VERSIONS = 8;
const REPLACEMENTS = effort(12, 40);
const READERS = 3;

let directory: string;
const bodies: Buffer[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-changing-'));
  // Version v of the object holds v + 1 readings, all of v volts: an answer that mixes versions contradicts itself.
  await writeDataset(directory, async (write) => {
    for (let version = 0; version < VERSIONS; version++) {
      await write(
        `v${version}.parquet`,
        `SELECT 'pack' AS device_id, TIMESTAMP '2026-03-01' + to_minutes(i * 10 + ${version}) AS "timestamp",
          ${version}::DOUBLE AS voltage, 20::DOUBLE AS temperature, 50::DOUBLE AS soc
        FROM range(${version + 1}) AS series(i)`,
      );
    }
  });
  for (let version = 0; version < VERSIONS; version++) {
    bodies.push(await readFile(path.join(directory, `v${version}.parquet`)));
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function versionsIn({ overview, devices, latestReadings }: ChangingQuery): Set<number | null> {
  return new Set(
    devices.edges
      .flatMap(({ node }) => [
        node.avgVoltage,
        node.readingCount - 1,
        node.latestReading.voltage,
        ...node.dailySummaries.flatMap((day) => [day.maxVoltage, day.readingCount - 1]),
        Number(/:(\d\d):/.exec(node.lastSeen)?.[1]) % 10,
      ])
      .concat(
        latestReadings.map(({ voltage }) => voltage),
        overview.totalRows - 1,
      ),
  );
}

describe.each(['direct', 'cached'] as const)('%s: an object that is replaced again and again', (mode) => {
  const places = new Places();
  let server: S3Server;
  let bucket: string;
  let app: TestApp;

  beforeAll(async () => {
    ({ server, bucket } = await places.bucket());
    await server.put(bucket, 'telemetry/only.parquet', bodies[0] ?? '');
    const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(directory, 'cache') } : {};
    app = await startApp({ ...places.environment(server, bucket), ...cache });
    await expectReadMode(app, mode);
  });
  afterAll(async () => {
    await app?.close();
    await places.stop();
  });

  test('no answer mixes two of its versions, and readers get on', async () => {
    let replacing = true;
    let answered = Promise.withResolvers<void>();
    const answers = { whole: 0, refused: 0, versions: new Set<number | null>() };
    const read = async () => {
      while (replacing) {
        const { data, errors } = await app.post<ChangingQuery>(ChangingDocument.toString());
        answered.resolve();
        // An answer from the cache needs no I/O; the writer must have its turn all the same.
        await setImmediate();
        if (errors !== undefined) {
          answers.refused++;
          for (const { extensions } of errors) expect(extensions.code).toBe('DATASET_CHANGED');
          continue;
        }
        const versions = versionsIn(data);
        expect([...versions]).toHaveLength(1);
        for (const version of versions) answers.versions.add(version);
        answers.whole++;
      }
    };
    const write = async () => {
      for (let count = 1; count <= REPLACEMENTS; count++) {
        await server.put(bucket, 'telemetry/only.parquet', bodies[count % VERSIONS] ?? '');
        await app.refresh();
        // Every reader is in the middle of something when the next version comes.
        answered = Promise.withResolvers();
        await answered.promise;
      }
      replacing = false;
    };
    await Promise.all([write(), ...Array.from({ length: READERS }, read)]);
    expect(answers.whole).toBeGreaterThan(answers.refused);
    expect(answers.versions.size).toBeGreaterThan(2);
  });

  test('a change that no refresh has seen yet: summaries are still those of the snapshot that they name', async () => {
    await server.put(bucket, 'telemetry/only.parquet', bodies[2] ?? '');
    await app.refresh();
    const before = await app.ask(ChangingDocument);
    expect(before.overview.totalRows).toBe(3);
    await server.put(bucket, 'telemetry/only.parquet', bodies[5] ?? '');
    expect(await app.ask(ChangingDocument)).toEqual(before);
    const scanned = app.executeQuery('overview');
    // The cache still holds the bytes of the snapshot; direct reads cannot have them any more, and say so.
    if (mode === 'cached') expect(await scanned).toMatchObject([{ total_rows: 3 }]);
    else await expect(scanned).rejects.toMatchObject({ code: 'DATASET_CHANGED' });
    await app.refresh();
    expect((await app.ask(ChangingDocument)).overview.totalRows).toBe(6);
    expect(await app.executeQuery('overview')).toMatchObject([{ total_rows: 6 }]);
  });

  test('an object that is removed is gone from the numbers; one that comes is in them', async () => {
    await server.put(bucket, 'telemetry/more/another.parquet', bodies[1] ?? '');
    await app.refresh();
    expect((await app.ask(ChangingDocument)).overview.totalRows).toBe(8);
    await server.remove(bucket, 'telemetry/only.parquet');
    await app.refresh();
    expect((await app.ask(ChangingDocument)).overview.totalRows).toBe(2);
  });
});
