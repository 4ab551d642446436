import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../schema/limit-values.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

/** So many others are answered while a large answer is made, on a machine of whatever speed. */
const OTHERS = 6;
/** Two readings, and as many points between them as an answer may have. */
const POINTS = LIMITS.seriesPointsTogether.value - 1;
const FROM = Date.UTC(2026, 0, 1);
const TO = FROM + (POINTS - 1) * 1_000;
/** As many as a named query may have, and wide. */
const ROWS = 100_000;
const SHARES = Array.from({ length: 12 }, (_, index) => `number / ${index + 7} AS share${index}`);

let scratch: string;
let app: TestApp;
let server: Server;
/** From its end on an answer does not wait for the engine any more. */
let onStatement: (name: string) => void = () => undefined;

beforeAll(async () => {
  scratch = await scratchFolder();
  const [data, queriesDirectory] = [path.join(scratch, 'data'), path.join(scratch, 'queries')];
  await writeDataset(data, (write) =>
    write(
      'a.parquet',
      `SELECT 'dev' AS device_id, make_timestamp(ms * 1000) AS "timestamp", ms / 7e9 AS voltage,
        ms / 3e9 AS temperature, CAST(ms % 97 AS DOUBLE) AS soc
      FROM (VALUES (${FROM}), (${TO})) AS readings(ms)`,
    ),
  );
  await mkdir(queriesDirectory);
  await writeFile(
    path.join(queriesDirectory, 'many.sql'),
    `SELECT number, ${SHARES.join(', ')} FROM range(${ROWS}) AS numbers(number)`,
  );
  app = await startApp(
    { DATA_DIR: data, RESPONSE_CACHE_MAX_BYTES: '0' },
    { queriesDirectory, onStatement: ({ name }) => onStatement(name) },
  );
  await app.refresh();
  // On a busy machine there may be seconds between two tests, and the client keeps its connection.
  server = createServer({ keepAliveTimeout: 0 }, app.handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await app.close();
  await rm(scratch, { recursive: true, force: true });
});

/** How many requests of another client are answered, one after the other, from the end of the statement to that of the answer. */
async function othersDuring(statement: string, answer: () => Promise<unknown>): Promise<number> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/livez`;
  let others = 0;
  let done = false;
  const ask = async () => {
    for (;;) {
      expect((await fetch(url)).status).toBe(200);
      if (done) return;
      others++;
    }
  };
  await fetch(url);
  const asked = new Promise<void>((resolve, reject) => {
    onStatement = (name) => {
      if (name !== statement) return;
      onStatement = () => undefined;
      ask().then(resolve, reject);
    };
  });
  await answer();
  const counted = others;
  done = true;
  await asked;
  return counted;
}

const graphql = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const COLUMNS = 'timestamps metrics { values min max count }';

test.each([
  ['GraphQL', 'series', graphql(`{ series(bucket: "1s", fill: LINEAR) { deviceId ${COLUMNS} } }`), POINTS],
  ['REST', 'series', '/series?bucket=1s&fill=linear', POINTS],
  ['GraphQL', 'many', graphql('{ many { rows { number share0 share1 share2 share3 } truncated } }'), ROWS],
  ['GraphQL by name', 'many', graphql('{ namedQueryTable(name: "many") { rows truncated } }'), ROWS],
  ['REST', 'many', '/queries/many', ROWS],
])('%s, %s, as much as is allowed: others are answered meanwhile', async (_face, statement, url, count) => {
  let text = '';
  const others = await othersDuring(statement, async () => {
    text = await (await app.get(url)).text();
  });
  expect(others).toBeGreaterThanOrEqual(OTHERS);
  // In pieces it is what it would be in one.
  const parsed: unknown = JSON.parse(text);
  expect(JSON.stringify(parsed) === text).toBe(true);
  expect(text.match(/"timestamps":\[[^\]]*\]/)?.[0].split(',') ?? text.match(/"share0"/g)).toHaveLength(
    count,
  );
});

test('compressed, a large answer is the same', async () => {
  const url = '/series?bucket=1s&fill=previous&metric=soc';
  const plain = Buffer.from(await (await app.get(url)).arrayBuffer());
  const zipped = await app.get(url, { headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  const whole = Buffer.from(await zipped.arrayBuffer());
  expect(whole.byteLength).toBeLessThan(plain.byteLength / 4);
  expect(gunzipSync(whole).equals(plain)).toBe(true);
});
