import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { Report } from '../../src/cli/check/report.ts';
import { telemetryApi } from '../support/cli.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { type S3Store, s3Store } from '../support/s3-server.ts';
import { scratchFolder, temporaryFolder } from '../support/temporary-folder.ts';

let store: S3Store;
let object: Uint8Array;
beforeAll(async () => {
  store = s3Store(inject('s3Endpoint'));
  const folder = await scratchFolder();
  const file = path.join(folder, 'one.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 'pack-1' AS device_id, TIMESTAMP '2026-01-01' AS "timestamp", 51.5::DOUBLE AS voltage, 20.5::DOUBLE AS temperature, 80::DOUBLE AS soc) TO '${file}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  object = await readFile(file);
  await rm(folder, { recursive: true, force: true });
});

/** A bucket with one object, and the commands over it. The table is called as the bucket. */
async function bucketOf() {
  const name = `check-${crypto.randomUUID()}`;
  await store.createBucket(name);
  await store.put(name, 'telemetry/day.parquet', object);
  const cwd = await temporaryFolder();
  const run = (args: readonly string[], more: Readonly<Record<string, string>>) =>
    telemetryApi(args, {
      cwd,
      env: {
        S3_BUCKET: name,
        S3_ENDPOINT: store.endpoint,
        AWS_REGION: store.region,
        AWS_ACCESS_KEY_ID: store.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
        TRINO_URL: inject('trinoUrl'),
        TRINO_CATALOG: 'lake',
        TRINO_SCHEMA: 'checked',
        TRINO_TABLE: name,
        ...more,
      },
    });
  return {
    name,
    register: (more: Readonly<Record<string, string>> = {}) => run(['trino', 'register'], more),
    check: async (more: Readonly<Record<string, string>> = {}) => {
      const { code, stdout, stderr } = await run(['check', '--json'], { ENGINE: 'trino', ...more });
      expect(stderr).toBe('');
      const { steps } = JSON.parse(stdout) as Report;
      const [cluster, ...others] = steps.filter(({ step }) => step === 'cluster');
      expect(others).toEqual([]);
      return { code, cluster, of: (step: string) => steps.find((one) => one.step === step)?.status };
    },
  };
}

test('a table that is not there yet, and then is', async () => {
  const bucket = await bucketOf();
  const before = await bucket.check();
  expect(before).toMatchObject({
    code: 1,
    cluster: {
      status: 'fail',
      findings: [
        {
          found: `the cluster has no table lake.checked.${bucket.name}`,
          mend: 'make it: telemetry-api trino register',
        },
      ],
    },
  });
  expect(before.of('reading')).toBe('ok');
  expect(await bucket.register()).toMatchObject({ code: 0 });
  const { host } = new URL(inject('trinoUrl'));
  expect(await bucket.check()).toMatchObject({
    code: 0,
    cluster: {
      status: 'ok',
      findings: [{ found: `${host} answers, and has the table lake.checked.${bucket.name}` }],
    },
  });
});

test('a table over other objects is a warning, which says how to make it anew', async () => {
  const [bucket, other] = [await bucketOf(), await bucketOf()];
  expect(await other.register()).toMatchObject({ code: 0 });
  expect(await bucket.check({ TRINO_TABLE: other.name })).toMatchObject({
    code: 0,
    cluster: {
      status: 'warn',
      findings: [
        {},
        {
          found: `the table is over s3://${other.name}/telemetry/, not over s3://${bucket.name}/telemetry/`,
          mend: expect.stringContaining('telemetry-api trino register --replace'),
        },
      ],
    },
  });
});

test('nobody there, a user whom the cluster does not let in, and a catalog that it does not have', async () => {
  const bucket = await bucketOf();
  const nobody = await bucket.check({ TRINO_URL: `http://127.0.0.1:${await freePort()}` });
  expect(nobody).toMatchObject({
    code: 1,
    cluster: { status: 'fail', findings: [{ mend: expect.stringMatching(/^mend TRINO_URL/) }] },
  });
  const proxy = await startFaultProxy(inject('trinoUrl'), { 'x-forwarded-proto': 'https' });
  onTestFinished(() => proxy.stop());
  const refused = await bucket.check({
    TRINO_URL: proxy.endpoint,
    TRINO_USER: 'alice',
    TRINO_PASSWORD: 'wrong-hunter2',
  });
  expect(refused).toMatchObject({
    code: 1,
    cluster: {
      status: 'fail',
      findings: [
        {
          found: expect.stringMatching(/^ENGINE_ACCESS_DENIED: /),
          mend: expect.stringMatching(/^mend TRINO_USER/),
        },
      ],
    },
  });
  expect(JSON.stringify(refused)).not.toContain('hunter2');
  expect(await bucket.check({ TRINO_CATALOG: 'lakes' })).toMatchObject({
    code: 1,
    cluster: { status: 'fail', findings: [{ mend: expect.stringMatching(/^mend TRINO_CATALOG/) }] },
  });
});
