import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceScope } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { effort } from '../support/effort.ts';
import { startScanningApp } from '../support/fleet-apps.ts';
import { queriesFolder } from '../support/queries-app.ts';
import { READERS } from '../support/read-table.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { UNLIMITED } from '../support/unlimited.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';
import { graphqlQuestions, QUERIES, restQuestions } from './questions.ts';
import { DEVICES, randomBucket, randomScope, writeBucket } from './random-bucket.ts';

const ENVIRONMENT = {
  REFRESH_SECONDS: '86400',
  RESPONSE_CACHE_MAX_BYTES: '0',
  ...UNLIMITED,
};

/** What tells a bucket or a moment, and nothing about devices. */
const OF_THE_BUCKET = ['etag', 'x-request-id', 'x-dataset-version', 'content-disposition', 'content-length'];

/** A cursor of `readings` names the place of a row in its object, where other rows are left out in the other bucket. */
function withoutRow(cursor: string): string {
  const payload: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  return JSON.stringify(payload[0] === 'reading' ? payload.slice(0, -1) : payload);
}
const CURSOR = /(?<=(?:[cC]ursor":"|after=))([\w-]{20,})/g;

async function answerOf(app: TestApp, question: string, scope: DeviceScope | null) {
  const url = question.startsWith('/') ? question : `/graphql?query=${encodeURIComponent(question)}`;
  const response = await app.get(url, { headers: headersFor(scope) });
  const headers = [...response.headers]
    .filter(([name]) => !OF_THE_BUCKET.includes(name))
    .map(([name, value]) => [name, value.replaceAll(CURSOR, withoutRow)]);
  const body = new Uint8Array(await response.arrayBuffer());
  const format = /\.(parquet|arrow)(\?|$)/.exec(question)?.[1];
  const read = format === undefined ? undefined : READERS[format];
  const table = response.status === 200 ? await read?.(body) : undefined;
  return {
    status: response.status,
    headers,
    body: table ?? new TextDecoder().decode(body).replaceAll(CURSOR, withoutRow),
  };
}

test(
  'a scope of a bucket answers like a bucket that holds nothing else, from rollups and by scans',
  async () => {
    const queries = await queriesFolder(QUERIES);
    const devices = [...DEVICES, 'nobody'];
    const questions = [...graphqlQuestions(devices), ...restQuestions(devices)];
    await fc.assert(
      fc.asyncProperty(randomBucket, randomScope, async (bucket, scope) => {
        const folder = await temporaryFolder();
        const [whole, own] = [path.join(folder, 'whole'), path.join(folder, 'own')];
        await writeBucket(whole, bucket, null);
        await writeBucket(own, bucket, scope);
        for (const start of [startRolledUp, startScanningApp]) {
          const overrides = { queriesDirectory: queries, viewerOf: viewerOfHeader };
          const ofWhole = await start({ ...ENVIRONMENT, DATA_DIR: whole }, overrides);
          const ofOwn = await start({ ...ENVIRONMENT, DATA_DIR: own }, overrides);
          try {
            for (const question of questions) {
              const [found, expected] = await Promise.all([
                answerOf(ofWhole, question, scope),
                answerOf(ofOwn, question, null),
              ]);
              const told = `${start.name}: ${question} of ${JSON.stringify(scope)}`;
              expect(expected.status, `${told} ${expected.body}`).toBe(200);
              expect(found, told).toEqual(expected);
            }
          } finally {
            await ofWhole.close();
            await ofOwn.close();
          }
        }
      }),
      { numRuns: effort(1, 4), endOnFailure: true },
    );
  },
  effort(120_000, 300_000),
);

async function startRolledUp(...given: Parameters<typeof startApp>): Promise<TestApp> {
  const app = await startApp(...given);
  await app.refresh();
  return app;
}
