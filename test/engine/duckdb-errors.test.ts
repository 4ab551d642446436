import { copyFile, mkdir, truncate } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { classifyDuckDbError } from '../../src/engine/duckdb-errors.ts';
import { ArgumentError, type TelemetryError } from '../../src/errors.ts';
import { datasets } from '../support/datasets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startEngine } from './start-engine.ts';

/** Nothing of DuckDB's own text: no path, URL, key or SQL. */
const REVEALING = /\/|\\|s3:|http|\.parquet|SELECT|read_parquet|LINE \d|AKIA|Error:/i;

test('what a real DuckDB says becomes a class with a code, and its words stay in the cause', async () => {
  const engine = await startEngine({ memoryBytes: 60e6 });
  const data = await temporaryFolder();
  await datasets.broken(data);
  // The folder's name holds words by which network errors are told.
  const folder = path.join(await temporaryFolder(), 'HTTP connection SSL timeout 404 (Not Found)');
  await mkdir(folder);
  for (const key of ['good-1', 'damaged-page', 'text', 'only-magic', 'voltage-text']) {
    await copyFile(path.join(data, `${key}.parquet`), path.join(folder, `${key}.parquet`));
  }
  await copyFile(path.join(folder, 'good-1.parquet'), path.join(folder, 'cut.parquet'));
  await truncate(path.join(folder, 'cut.parquet'), 500);

  const read = (key: string) =>
    `SELECT sum(voltage) AS sum FROM read_parquet('${path.join(folder, `${key}.parquet`)}')`;
  for (const [sql, code, prefix] of [
    [read('missing'), 'DATASET_CHANGED', 'IO Error: No files found'],
    [read('text'), 'OBJECT_UNREADABLE', 'Invalid Input Error: No magic bytes'],
    [read('only-magic'), 'OBJECT_UNREADABLE', 'Invalid Input Error: '],
    [read('cut'), 'OBJECT_UNREADABLE', 'Invalid Input Error: No magic bytes'],
    [read('damaged-page'), 'OBJECT_UNREADABLE', ''],
    [read('voltage-text'), 'STATEMENT_FAILED', 'Binder Error: '],
    // These name `read_parquet`, and the objects are not at fault.
    [read('good-1').replace('voltage', 'volts'), 'STATEMENT_FAILED', 'Binder Error: '],
    [
      'FROM read_parquett($paths)',
      'STATEMENT_FAILED',
      'Catalog Error: Table Function with name read_parquett',
    ],
    [
      read('good-1').replace('sum(voltage)', 'no_such_function(voltage)'),
      'STATEMENT_FAILED',
      'Catalog Error: ',
    ],
    [
      read('good-1').replace('sum(voltage)', 'sum voltage)'),
      'STATEMENT_FAILED',
      'Failed to extract statements: Parser Error: ',
    ],
    [
      read('good-1').replace('sum(voltage)', "sum(voltage) + error('ouch')::INTEGER"),
      'STATEMENT_FAILED',
      'Invalid Input Error: ouch',
    ],
    [
      read('good-1').replace('sum(voltage)', 'sum(device_id::INTEGER)'),
      'STATEMENT_FAILED',
      'Conversion Error: ',
    ],
    // Words of the store's errors in a value.
    [
      "SELECT 'HTTP 404 (Not Found) ETag on reading file parquet'::INTEGER",
      'STATEMENT_FAILED',
      'Conversion Error: ',
    ],
    ['SELECT 2147483647::INTEGER + 1::INTEGER', 'STATEMENT_FAILED', 'Out of Range Error: '],
    [
      "SELECT timezone('Mars/Olympus', TIMESTAMPTZ '2026-01-01')",
      'BAD_USER_INPUT',
      'Not implemented Error: Unknown TimeZone',
    ],
    [
      "SELECT length(string_agg(i::VARCHAR, ',')) FROM range(50000000) AS t(i)",
      'OUT_OF_MEMORY',
      'Out of Memory Error: ',
    ],
  ] as const) {
    const error = await engine.run({ name: 'named', sql }).then(
      (rows) => expect.unreachable(`${sql} gave ${JSON.stringify(rows)}`),
      (thrown: unknown) => thrown as TelemetryError,
    );
    expect(error.code, sql).toBe(code);
    expect(error.cause, sql).toMatchObject({ message: expect.stringMatching(prefix) });
    if (error instanceof ArgumentError) {
      expect(error.message).toBe(
        'timeZone: expected an IANA time zone like Europe/Berlin, but got: Mars/Olympus',
      );
    } else expect(error.message, sql).not.toMatch(REVEALING);
  }

  await engine.lock([]);
  // The path ends in `.parquet`, and yet nothing is wrong with an object.
  await expect(engine.run({ name: 'named', sql: read('good-1') })).rejects.toMatchObject({
    code: 'STATEMENT_FAILED',
    cause: { message: expect.stringMatching(/^Permission Error: /) },
  });
});

const URL = 'http://10.0.0.7:9000/lake/telemetry/day_001.parquet';
const LINE =
  "\n\nLINE 1: SELECT count(*) FROM read_parquet(['s3://lake/telemetry/day_001.parquet'])\n      ^";

/** As httpfs 1.5.5 said them, recorded against a server that answered so. */
test.each([
  [
    'DATASET_CHANGED',
    `HTTP Error: ETag on reading file "s3://lake/telemetry/day_001.parquet" was initially "e41" and now it returned "e43", this likely means the remote file has changed.\nFor parquet or similar single table sources, consider retrying the query`,
  ],
  [
    'DATASET_CHANGED',
    "HTTP Error: HTTP GET error reading 's3://lake/telemetry/day_001.parquet' in region 'us-east-1' (HTTP 404 Not Found)",
  ],
  [
    'DATASET_CHANGED',
    `HTTP Error: HTTP GET error reading '${URL}' in region 'us-east-1' (HTTP 412 Precondition Failed)`,
  ],
  [
    'DATASET_CHANGED',
    `HTTP Error: HTTP GET error reading '${URL}' in region 'us-east-1' (HTTP 416 Range Not Satisfiable)`,
  ],
  [
    'STORAGE_ACCESS_DENIED',
    `HTTP Error: HTTP GET error reading '${URL}' in region 'us-east-1' (HTTP 400 Bad Request)\n\nBad Request - this can be caused by the S3 region being set incorrectly.\n* Provided region is: "us-east-1"`,
  ],
  [
    'STORAGE_ACCESS_DENIED',
    `HTTP Error: HTTP GET error reading '${URL}' in region 'us-east-1' (HTTP 401 Unauthorized)`,
  ],
  [
    'STORAGE_ACCESS_DENIED',
    `HTTP Error: HTTP GET error reading '${URL}' in region 'us-east-1' (HTTP 403 Forbidden)\n\nAuthentication Failure - this is usually caused by invalid or missing credentials.`,
  ],
  [
    'STORAGE_UNAVAILABLE',
    `HTTP Error: HTTP GET error reading '${URL}' in region 'us-east-1' (HTTP 405 Method Not Allowed)`,
  ],
  [
    'STORAGE_UNAVAILABLE',
    "HTTP Error: HTTP GET error reading 's3://lake/telemetry/day_001.parquet' in region 'us-east-1' (HTTP 301 Moved Permanently)",
  ],
  ['STORAGE_UNAVAILABLE', `HTTP Error: Request returned HTTP 429 for HTTP HEAD to '${URL}'`],
  ['STORAGE_UNAVAILABLE', `HTTP Error: Request returned HTTP 500 for HTTP HEAD to '${URL}'`],
  ['STORAGE_UNAVAILABLE', `HTTP Error: Request returned HTTP 503 for HTTP HEAD to '${URL}'`],
  [
    'STORAGE_UNAVAILABLE',
    `IO Error: Server returned nothing (no headers, no data) error for HTTP HEAD to '${URL}'`,
  ],
  ['STORAGE_UNAVAILABLE', `IO Error: Timeout was reached error for HTTP HEAD to '${URL}'`],
  ['STORAGE_UNAVAILABLE', `IO Error: Transferred a partial file error for HTTP GET to '${URL}'`],
  ['STORAGE_UNAVAILABLE', `IO Error: Could not connect to server error for HTTP HEAD to '${URL}'`],
  ['STORAGE_UNAVAILABLE', `IO Error: Could not resolve hostname error for HTTP HEAD to '${URL}'`],
  ['STORAGE_UNAVAILABLE', `IO Error: SSL connect error error for HTTP HEAD to '${URL}'`],
  [
    'OBJECT_UNREADABLE',
    'IO Error: Could not read enough bytes from file "/srv/https/day_001.parquet": attempted to read 9 bytes from location 4',
  ],
  ['OBJECT_UNREADABLE', 'Invalid Error: TProtocolException: Invalid data'],
  ['OBJECT_UNREADABLE', "Invalid Error: don't know what type: \u0003"],
  ['OBJECT_UNREADABLE', 'Invalid Error: Out of buffer'],
  [
    'OBJECT_UNREADABLE',
    'Invalid Error: Prefetch registered for bytes outside file: /srv/data/day_001.parquet, attempted range: [9, 12)',
  ],
  [
    'OBJECT_UNREADABLE',
    'Invalid Input Error: Failed to read file "/srv/data/day_001.parquet": ZSTD Decompression failure',
  ],
  [
    'OBJECT_UNREADABLE',
    'Invalid Input Error: Failed to read file "/srv/data/day_001.parquet": Snappy decompression failure',
  ],
  ['OBJECT_UNREADABLE', "Invalid Input Error: Footer length error in file '/srv/data/day_001.parquet'"],
  [
    'OBJECT_UNREADABLE',
    'Conversion Error: Error while reading file "/srv/data/day_001.parquet": failed to cast column "voltage" from type VARCHAR to DOUBLE',
  ],
  ['STATEMENT_FAILED', 'Not implemented Error: something new'],
])('%s: %s', (code, message) => {
  for (const text of [message, message + LINE]) {
    const cause = new Error(text);
    const error = classifyDuckDbError(cause, 'named');
    expect(error.code).toBe(code);
    expect(error.cause).toBe(cause);
    expect(error.message).not.toMatch(REVEALING);
  }
});

test('what is no error at all is kept as the cause of a failed statement', () => {
  expect(classifyDuckDbError('HTTP Error: oops', 'named')).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  expect(classifyDuckDbError(undefined, 'named')).toMatchObject({
    code: 'STATEMENT_FAILED',
    message: 'The statement named failed',
    cause: new Error('undefined'),
  });
});
