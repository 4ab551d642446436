import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import { queriesWith } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROWS = 20_000;
const VOLTS = '{ volts { rows { volts } } }';
const COUNT = '{ counted { rows { readings } } }';
const QUERIES = {
  'volts.sql': 'SELECT sum(voltage) AS volts FROM {{TELEMETRY}}',
  'counted.sql': 'SELECT count(*) AS readings FROM {{TELEMETRY}}',
};

const places = new Places();
afterAll(() => places.stop());

/** All readings of version v are of v volts. Large enough for a read of several ranges. */
async function versions(): Promise<Record<1 | 2, Buffer>> {
  const directory = await temporaryFolder();
  const write = async (version: number) => {
    await writeDataset(directory, (write) =>
      write(
        `${version}.parquet`,
        `SELECT 'pack' AS device_id, TIMESTAMP '2026-03-01' + to_seconds(i) AS "timestamp",
          (${version} + hash(i) % 1000 / 1e6)::DOUBLE AS voltage, hash(i + 1)::DOUBLE AS temperature, 50::DOUBLE AS soc
        FROM range(${ROWS}) AS series(i)`,
      ),
    );
    return readFile(path.join(directory, `${version}.parquet`));
  };
  return { 1: await write(1), 2: await write(2) };
}

/** DuckDB's own rules let the late bytes of the old object be kept for the new one, and verify well. */
test('a statement that still reads an object that was replaced leaves nothing of it to those over the new one', async () => {
  const bodies = await versions();
  const { server, bucket } = await places.bucket();
  const put = (version: 1 | 2) => server.put(bucket, 'telemetry/only.parquet', bodies[version]);
  await put(1);
  const proxy = await startFaultProxy(server.endpoint);
  const app = await startApp(
    {
      ...places.environment(server, bucket),
      S3_ENDPOINT: proxy.endpoint,
      REFRESH_SECONDS: '86400',
      RESPONSE_CACHE_MAX_BYTES: '0',
    },
    { queriesDirectory: await queriesWith(QUERIES) },
  );
  const volts = async () => {
    const { data, errors } = await app.post<{ volts: { rows: { volts: number }[] } }>(VOLTS);
    return errors?.[0]?.extensions.code ?? Math.floor((data.volts.rows[0]?.volts ?? 0) / ROWS);
  };
  try {
    await app.refresh();
    await expectReadMode(app, 'direct');
    const replaced = Promise.withResolvers<void>();
    const reading = Promise.withResolvers<void>();
    proxy.fault = ({ method, url, headers }) => {
      if (method !== 'GET' || !url.includes('.parquet')) return undefined;
      const [from = 0] = /\d+/.exec(headers['range'] ?? '') ?? [];
      // The footer comes; what the rows are made of is on its way for as long as the replacement takes.
      if (Number(from) > bodies[1].length - 20_000) return undefined;
      reading.resolve();
      return { kind: 'hold', until: replaced.promise };
    };
    const early = volts();
    await reading.promise;
    proxy.fault = undefined;
    await put(2);
    await app.refresh();
    // Over the new object, while the old one is still being read.
    expect(await app.ask(COUNT)).toEqual({ counted: { rows: [{ readings: ROWS }] } });
    replaced.resolve();
    expect(await early).toBe(2);
    expect(await volts()).toBe(2);
  } finally {
    await app.close();
    await proxy.stop();
  }
});
