import { availableParallelism } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Config, loadConfig, type S3Location } from '../src/config/config.ts';
import { SETTINGS } from '../src/config/environment.ts';
import { ConfigError } from '../src/errors.ts';

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function s3Of(variables: Readonly<Record<string, string>>): S3Location {
  const { data } = loadConfig({ S3_BUCKET: 'lake', ...variables });
  if (data.kind !== 's3') throw new Error(`expected s3, but got ${data.kind}`);
  return data.s3;
}

const scratch = path.resolve('.data');

const DEFAULTS: Config = {
  host: '127.0.0.1',
  port: 8000,
  access: { mode: 'open', isForThisMachine: true, hosts: [] },
  logLevel: 'info',
  data: { kind: 'sample', directory: path.join(scratch, 'sample') },
  s3TimeoutMs: 20_000,
  stateDirectory: undefined,
  responseCacheBytes: 67_108_864,
  refreshToken: undefined,
  refreshMs: 30_000,
  warmup: 'wait',
  rollupGrain: '1h',
  httpfsExtension: undefined,
  objectCache: { directory: undefined, fallback: path.join(scratch, 'objects'), maxBytes: 10 * 1024 ** 3 },
  engine: {
    threads: availableParallelism(),
    memoryBytes: 4 * 1024 ** 3,
    tempDirectory: path.join(scratch, 'spill'),
    maxConcurrent: 4,
    maxQueued: 256,
    timeoutMs: 60_000,
    maxStreams: 4,
    maxStreamsOfViewer: 3,
  },
  trino: undefined,
  exports: { timeoutMs: 3_600_000, maxRows: undefined },
  responseStallMs: 60_000,
  responseTimeoutMs: 300_000,
  shutdownDelayMs: 0,
  queryMaxRows: 100_000,
  watchQueries: false,
  persistedDocuments: undefined,
  persistedOnly: false,
  metrics: { token: undefined, port: undefined },
  explain: true,
  tracing: undefined,
  explorer: true,
  corsOrigins: [],
  limits: {
    bodyBytes: 1_048_576,
    bodyBytesTogether: 67_108_864,
    requestMs: 15_000,
    document: {
      tokens: 10_000,
      depth: 20,
      fragments: 100,
      fields: 500,
      aliases: 50,
      rootFields: 20,
      directives: 50,
    },
    operation: { cost: 1_000_000, statements: 100, rows: 200_000, answerBytes: 128 * 1024 ** 2 },
    traffic: {
      connections: 4_096,
      concurrent: 128,
      queued: 512,
      queueMs: 10_000,
      concurrentOfViewer: 32,
      requestsPerSecond: 50,
      burst: 500,
      trustedProxies: 0,
    },
    subscriptions: { total: 2_000, ofViewer: 100, heartbeatMs: 12_000 },
  },
};

test('without any setting it is sample data on this machine only', () => {
  expect(loadConfig({})).toEqual(DEFAULTS);
});

test('an empty or blank value is an unset one', () => {
  const blank = Object.fromEntries(SETTINGS.flatMap((name, index) => [[name, index % 2 ? '' : ' \t']]));
  expect(loadConfig({ ...blank, UNRELATED: '' })).toEqual(DEFAULTS);
  expect(loadConfig(Object.fromEntries(SETTINGS.map((name) => [name, undefined])))).toEqual(DEFAULTS);
});

test('every setting arrives where it belongs, in its unit, with paths made absolute', () => {
  expect(
    loadConfig({
      DATA_DIR: 'some/data',
      STATE_DIR: 'state',
      OBJECT_CACHE_DIR: 'cache',
      OBJECT_CACHE_MAX_BYTES: '1000',
      RESPONSE_CACHE_MAX_BYTES: '2000',
      HTTPFS_EXTENSION: 'x.duckdb_extension',
      S3_TIMEOUT_SECONDS: '9',
      HOST: '0.0.0.0',
      API_KEYS_FILE: 'keys.yaml',
      PORT: ' 0 ',
      REFRESH_SECONDS: '5',
      WARMUP: 'partial',
      ROLLUP_GRAIN: '1d',
      REFRESH_TOKEN: 'a-token-of-24-characters',
      STATEMENT_TIMEOUT_SECONDS: '7',
      ENGINE_MAX_CONCURRENT: '2',
      ENGINE_MAX_QUEUED: '0',
      ENGINE_THREADS: '3',
      ENGINE_MEMORY_LIMIT: '1.5 GB',
      ENGINE_TEMP_DIR: '/var/spill',
      LOG_LEVEL: 'debug',
      QUERY_MAX_ROWS: '9',
      EXPORT_MAX_CONCURRENT: '2',
      EXPORT_TIMEOUT_SECONDS: '20',
      RESPONSE_STALL_SECONDS: '5',
      RESPONSE_TIMEOUT_SECONDS: '70',
      SHUTDOWN_DELAY_SECONDS: '7',
      EXPORT_MAX_ROWS: '1000',
      WATCH_QUERIES: 'true',
      PERSISTED_DOCUMENTS: 'documents.json',
      PERSISTED_ONLY: 'true',
      METRICS_TOKEN: 'metrics-of-24-characters',
      METRICS_PORT: '9090',
      EXPLAIN: 'true',
      OTEL_TRACES_EXPORTER: 'console',
      EXPLORER: 'false',
      CORS_ORIGINS: 'https://a.example, http://b.example:8080',
      BODY_MAX_BYTES: '2048',
      BODIES_MAX_BYTES: '4096',
      REQUEST_TIMEOUT_SECONDS: '16',
      CONNECTIONS_MAX: '17',
      DOCUMENT_MAX_TOKENS: '1',
      DOCUMENT_MAX_DEPTH: '2',
      DOCUMENT_MAX_FRAGMENTS: '15',
      DOCUMENT_MAX_FIELDS: '3',
      DOCUMENT_MAX_ALIASES: '4',
      DOCUMENT_MAX_ROOT_FIELDS: '5',
      DOCUMENT_MAX_DIRECTIVES: '6',
      OPERATION_MAX_COST: '7',
      OPERATION_MAX_STATEMENTS: '8',
      ANSWER_MAX_ROWS: '10',
      ANSWER_MAX_BYTES: '1024',
      OPERATIONS_MAX_CONCURRENT: '10',
      OPERATIONS_MAX_QUEUED: '11',
      OPERATIONS_QUEUE_SECONDS: '12',
      VIEWER_MAX_CONCURRENT: '13',
      VIEWER_MAX_EXPORTS: '1',
      VIEWER_REQUESTS_PER_SECOND: '0',
      VIEWER_BURST: '14',
      TRUSTED_PROXIES: '2',
      SUBSCRIPTIONS_MAX: '18',
      VIEWER_MAX_SUBSCRIPTIONS: '19',
      SUBSCRIPTION_HEARTBEAT_SECONDS: '20',
    }),
  ).toEqual({
    queryMaxRows: 9,
    watchQueries: true,
    persistedDocuments: path.resolve('documents.json'),
    persistedOnly: true,
    host: '0.0.0.0',
    access: { mode: 'required', keysFile: path.resolve('keys.yaml'), jwt: undefined },
    port: 0,
    logLevel: 'debug',
    responseCacheBytes: 2000,
    stateDirectory: path.resolve('state'),
    data: { kind: 'local', directory: path.resolve('some/data') },
    s3TimeoutMs: 9_000,
    refreshToken: 'a-token-of-24-characters',
    refreshMs: 5_000,
    warmup: 'partial',
    rollupGrain: '1d',
    httpfsExtension: path.resolve('x.duckdb_extension'),
    objectCache: {
      directory: path.resolve('cache'),
      fallback: path.resolve('state/objects'),
      maxBytes: 1000,
    },
    engine: {
      threads: 3,
      memoryBytes: 1.5e9,
      tempDirectory: '/var/spill',
      maxConcurrent: 2,
      maxQueued: 0,
      timeoutMs: 7_000,
      maxStreams: 2,
      maxStreamsOfViewer: 1,
    },
    trino: undefined,
    exports: { timeoutMs: 20_000, maxRows: 1_000 },
    responseStallMs: 5_000,
    responseTimeoutMs: 70_000,
    shutdownDelayMs: 7_000,
    metrics: { token: 'metrics-of-24-characters', port: 9090 },
    explain: true,
    tracing: {
      exporters: ['console'],
      protocol: 'http/protobuf',
      url: undefined,
      serviceName: undefined,
      sampler: 'parentbased_always_on',
      ratio: 1,
      continues: true,
      batch: {},
    },
    explorer: false,
    corsOrigins: ['https://a.example', 'http://b.example:8080'],
    limits: {
      bodyBytes: 2_048,
      bodyBytesTogether: 4_096,
      requestMs: 16_000,
      document: { tokens: 1, fragments: 15, depth: 2, fields: 3, aliases: 4, rootFields: 5, directives: 6 },
      operation: { cost: 7, statements: 8, rows: 10, answerBytes: 1_024 },
      traffic: {
        connections: 17,
        concurrent: 10,
        queued: 11,
        queueMs: 12_000,
        concurrentOfViewer: 13,
        requestsPerSecond: 0,
        burst: 14,
        trustedProxies: 2,
      },
      subscriptions: { total: 18, ofViewer: 19, heartbeatMs: 20_000 },
    },
  });
  expect(loadConfig({ STATE_DIR: '/state' })).toMatchObject({
    data: { kind: 'sample', directory: '/state/sample' },
    engine: { tempDirectory: '/state/spill' },
  });
});

test('every mistake is listed at once, each with what was expected and what came', () => {
  const mistakes = {
    S3_BUCKET: 's3://lake',
    S3_ENDPOINT: 'minio:9000',
    AWS_ENDPOINT_URL_S3: 'ftp://minio',
    DATA_DIR: '/data',
    OBJECT_CACHE_MAX_BYTES: '0',
    PORT: '80a',
    REFRESH_SECONDS: '1.5',
    STATEMENT_TIMEOUT_SECONDS: '-1',
    ENGINE_MAX_CONCURRENT: '1000',
    ENGINE_MEMORY_LIMIT: 'lots',
    LOG_LEVEL: 'loud',
  };
  expect(problemsOf(mistakes)).toEqual([
    'S3_BUCKET: expected a bucket name (3 to 63 of a-z, 0-9, "." and "-", without s3://), but got: s3://lake',
    'S3_ENDPOINT: expected a URL like https://s3.example.com, but got: minio:9000',
    'AWS_ENDPOINT_URL_S3: expected a URL like https://s3.example.com, but got: ftp://minio',
    'OBJECT_CACHE_MAX_BYTES: expected at least 1, but got: 0',
    'PORT: expected a whole number, but got: 80a',
    'REFRESH_SECONDS: expected a whole number, but got: 1.5',
    'STATEMENT_TIMEOUT_SECONDS: expected at least 1, but got: -1',
    'ENGINE_MAX_CONCURRENT: expected at most 64, but got: 1000',
    'ENGINE_MEMORY_LIMIT: expected a size like 4GiB or 800MB, but got: lots',
    'LOG_LEVEL: expected one of trace, debug, info, warn, error, silent, but got: loud',
    'S3_BUCKET and DATA_DIR: expected one of them, but got both; unset the one you do not mean',
  ]);
  const error = new ConfigError(problemsOf(mistakes));
  expect(error.message).toMatch(/^The configuration has 11 mistakes:\n( {2}- .+\n){10} {2}- .+$/);
  expect(() => loadConfig({ PORT: '65536' })).toThrow(
    new ConfigError(['PORT: expected at most 65535, but got: 65536']),
  );
});

test.each([
  ['S3_BUCKET', ['lake', 'my.lake-2', '123'], ['la', 'Lake', 'lake/', '-lake', 'lake_1', 'a'.repeat(64)]],
  [
    'PORT',
    ['0', '65535', '+80'],
    ['65536', '-1', '1.5', 'http', 'Infinity', 'NaN', '8000 8001', '0x50', '8e3', '9'.repeat(30)],
  ],
  ['ENGINE_MEMORY_LIMIT', ['4GiB', '800MB', '1.5GB', '2 TiB'], ['4', '4G', '-4GB', '80%', "4GB'; --"]],
  [
    'CORS_ORIGINS',
    ['*', 'https://a.example', 'https://a.example,http://localhost:3000'],
    ['a.example', 'https://a.example/', 'https://a.example/path', 'null', 'file://x', 'https://A.example'],
  ],
  ['S3_ENDPOINT', ['http://127.0.0.1:9000', 'https://s3.example.com/'], ['s3.example.com', 'localhost:9000']],
])('%s', (name, good, bad) => {
  for (const value of good) expect(problemsOf({ [name]: value }), value).toEqual([]);
  for (const value of bad) {
    const problems = problemsOf({ [name]: value });
    expect(problems, value).toHaveLength(1);
    expect(problems[0], value).toMatch(new RegExp(`^${name}: expected .+, but got: `));
  }
});

test('metrics that a network reaches need a token', () => {
  const open = { METRICS_PORT: '9090', AUTH: 'open' };
  expect(problemsOf({ ...open, HOST: '0.0.0.0' })).toEqual([
    'METRICS_PORT: expected METRICS_TOKEN with it where HOST is not a loopback address, but that is unset',
  ]);
  expect(problemsOf({ ...open, HOST: '0.0.0.0', METRICS_TOKEN: 'metrics-of-24-characters' })).toEqual([]);
  expect(problemsOf({ ...open, HOST: '127.0.0.1' })).toEqual([]);
  expect(problemsOf(open)).toEqual([]);
});

test('the rows of a named query must fit into an answer', () => {
  expect(problemsOf({ QUERY_MAX_ROWS: '5000', ANSWER_MAX_ROWS: '5000' })).toEqual([
    'QUERY_MAX_ROWS: expected fewer than ANSWER_MAX_ROWS (5000), but got: 5000',
  ]);
  expect(problemsOf({ QUERY_MAX_ROWS: '5000', ANSWER_MAX_ROWS: '5001' })).toEqual([]);
  expect(problemsOf({ BODIES_MAX_BYTES: '1048575' })).toEqual([
    'BODIES_MAX_BYTES: expected at least BODY_MAX_BYTES (1048576), but got: 1048575',
  ]);
});

test.each([
  [{}, true],
  [{ NODE_ENV: 'development' }, true],
  [{ NODE_ENV: 'production' }, false],
  [{ NODE_ENV: 'production', EXPLORER: 'true' }, true],
  [{ EXPLORER: 'false' }, false],
])('with %j there are GraphiQL and introspection: %j', (variables, explorer) => {
  expect(loadConfig(variables).explorer).toBe(explorer);
});

test('a bucket and a folder at once are refused, whichever is meant', () => {
  expect(problemsOf({ S3_BUCKET: 'lake', DATA_DIR: '/data' })).toEqual([
    'S3_BUCKET and DATA_DIR: expected one of them, but got both; unset the one you do not mean',
  ]);
  expect(loadConfig({ S3_BUCKET: 'lake', DATA_DIR: ' ' }).data.kind).toBe('s3');
  expect(loadConfig({ S3_BUCKET: '', DATA_DIR: '/data' }).data).toEqual({
    kind: 'local',
    directory: '/data',
  });
});

test('only persisted documents: there must be some', () => {
  expect(problemsOf({ PERSISTED_ONLY: 'true' })).toEqual([
    'PERSISTED_ONLY: expected PERSISTED_DOCUMENTS with it, but that is unset',
  ]);
  expect(problemsOf({ PERSISTED_ONLY: 'yes' })).toEqual([
    'PERSISTED_ONLY: expected true or false, but got: yes',
  ]);
});

test.each([
  [undefined, 'telemetry/'],
  ['', 'telemetry/'],
  ['fleet', 'fleet/'],
  ['fleet/', 'fleet/'],
  ['/fleet', 'fleet/'],
  [' //fleet/2026/ ', 'fleet/2026/'],
  ['/', ''],
])('the prefix %j is %j', (given, expected) => {
  expect(s3Of(given === undefined ? {} : { S3_PREFIX: given }).prefix).toBe(expected);
});

test('the endpoint is the most specific one, and none by default', () => {
  const all = {
    S3_ENDPOINT: 'http://first',
    AWS_ENDPOINT_URL_S3: 'http://second',
    AWS_ENDPOINT_URL: 'http://third',
  };
  expect(s3Of(all).endpoint).toBe('http://first');
  expect(s3Of({ ...all, S3_ENDPOINT: '' }).endpoint).toBe('http://second');
  expect(s3Of({ AWS_ENDPOINT_URL: 'http://third' }).endpoint).toBe('http://third');
  expect(s3Of({})).toEqual({ bucket: 'lake', prefix: 'telemetry/', region: undefined, endpoint: undefined });
  expect(s3Of({ AWS_REGION: ' eu-central-1 ' }).region).toBe('eu-central-1');
});

test.each([
  'ftp://user:hunter2@minio:9000',
  'ftp://user:hunter2@hunter2@minio',
  'http://user:hunter2/hunter2@minio:9000',
  'user:hunter2@minio:9000',
  '//user:hunter2@minio',
  'htp:/user:hunter2@minio',
])('the password in %s is never repeated', (url) => {
  for (const name of ['S3_ENDPOINT', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const [problem, ...others] = problemsOf({ [name]: url });
    expect(others).toEqual([]);
    expect(problem).toContain(`${name}: expected a URL`);
    expect(problem).toContain('minio');
    expect(problem).not.toContain('hunter2');
  }
});

test('the variables of the credential chain are not read, so no message can hold them', () => {
  const secrets = {
    AWS_ACCESS_KEY_ID: 'AKIASECRETSECRET',
    AWS_SECRET_ACCESS_KEY: 'do/not/repeat/me',
    AWS_SESSION_TOKEN: 'nor-me',
  };
  expect(SETTINGS.filter((name) => name in secrets)).toEqual([]);
  const config = JSON.stringify(loadConfig({ ...secrets, S3_BUCKET: 'lake' }));
  const problems = problemsOf({ ...secrets, S3_BUCKET: '!', PORT: '!', LOG_LEVEL: '!' }).join('\n');
  expect(problems).toContain('PORT');
  for (const secret of Object.values(secrets)) {
    expect(config).not.toContain(secret);
    expect(problems).not.toContain(secret);
  }
});
