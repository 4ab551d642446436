import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/errors.ts';

const CLUSTER = {
  ENGINE: 'trino',
  S3_BUCKET: 'lake',
  TRINO_URL: 'https://trino.example:8443',
  TRINO_CATALOG: 'hive',
  TRINO_SCHEMA: 'fleet',
};

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig({ ...CLUSTER, ...variables });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('the settings of a cluster arrive where they belong', () => {
  expect(loadConfig(CLUSTER).trino).toEqual({
    endpoint: {
      url: 'https://trino.example:8443',
      user: 'telemetry-analytics-api',
      credentials: undefined,
      catalog: 'hive',
      schema: 'fleet',
    },
    table: 'telemetry',
    format: 'hive',
    maxConcurrent: 8,
    minScanBytes: 33_554_432,
  });
  expect(
    loadConfig({
      ...CLUSTER,
      TRINO_URL: ' https://trino.example:443/ ',
      TRINO_USER: ' Zoë ',
      TRINO_PASSWORD: " pass'wörd:",
      TRINO_TABLE: 'readings-2',
      TRINO_TABLE_FORMAT: 'iceberg',
      TRINO_MAX_CONCURRENT: '64',
      TRINO_MIN_SCAN_BYTES: '0',
    }).trino,
  ).toEqual({
    endpoint: {
      url: 'https://trino.example',
      user: 'Zoë',
      credentials: { password: " pass'wörd:" },
      catalog: 'hive',
      schema: 'fleet',
    },
    table: 'readings-2',
    format: 'iceberg',
    maxConcurrent: 64,
    minScanBytes: 0,
  });
  expect(loadConfig({ ...CLUSTER, TRINO_TOKEN: ' aa.bb.c-c ' }).trino?.endpoint.credentials).toEqual({
    token: 'aa.bb.c-c',
  });
});

test('with DuckDB there is no cluster, whatever else is set', () => {
  expect(loadConfig({ ...CLUSTER, ENGINE: 'duckdb' }).trino).toBeUndefined();
  expect(loadConfig({ ...CLUSTER, ENGINE: '' }).trino).toBeUndefined();
});

test('all that a cluster needs and that is unset is told at once', () => {
  const { ENGINE, ...needed } = CLUSTER;
  expect(
    problemsOf({ ...Object.fromEntries(Object.keys(needed).map((name) => [name, ' '])), DATA_DIR: 'x' }),
  ).toEqual([
    'ENGINE: expected S3_BUCKET with trino, but that is unset',
    'ENGINE: expected TRINO_URL with trino, but that is unset',
    'ENGINE: expected TRINO_CATALOG with trino, but that is unset',
    'ENGINE: expected TRINO_SCHEMA with trino, but that is unset',
  ]);
});

test.each([
  ['ENGINE', ['duckdb', 'trino'], ['Trino', 'presto']],
  ['TRINO_URL', ['http://10.0.0.7:8080', 'https://[::1]/'], ['trino:8080', 'ftp://trino', 'trino']],
  ['TRINO_USER', ['a', 'svc@example.com', 'Zoë'], ['a:b', 'Пётр', 'a\nb']],
  ['TRINO_CATALOG', ['hive', 'Hive_2-a', 'a'.repeat(128)], ['a.b', 'a"', 'a b', 'ä', 'a'.repeat(129)]],
  ['TRINO_SCHEMA', ['fleet'], ['a.b', "a'; DROP TABLE b"]],
  ['TRINO_TABLE', ['telemetry', '7'], ['a.b', '*']],
  ['TRINO_TABLE_FORMAT', ['hive', 'iceberg', 'delta'], ['hudi', 'Hive', 'delta_lake']],
  ['TRINO_MAX_CONCURRENT', ['1', '64'], ['0', '65', 'all']],
  ['TRINO_MIN_SCAN_BYTES', ['0', '1'], ['-1', '32MiB', '1.5']],
])('%s', (name, good, bad) => {
  for (const value of good) expect(problemsOf({ [name]: value }), value).toEqual([]);
  for (const value of bad) {
    const problems = problemsOf({ [name]: value });
    expect(problems, value).toHaveLength(1);
    expect(problems[0], value).toMatch(new RegExp(`^${name}: expected .+, but got: `));
  }
});

test.each([
  ['TRINO_URL', 'https://alice:hunter2@trino.example'],
  ['TRINO_URL', 'https://hunter2@trino.example'],
  ['TRINO_URL', 'https://trino.example/?token=hunter2'],
  ['TRINO_URL', 'https://trino.example/hunter2'],
  ['TRINO_URL', 'https://trino.example/#hunter2'],
  ['TRINO_PASSWORD', 'hunter2\n'],
  ['TRINO_PASSWORD', 'hunter2€'],
  ['TRINO_TOKEN', 'hunter2 hunter2'],
  ['TRINO_TOKEN', 'hunter2ö'],
])('%s: %j is refused without being repeated', (name, value) => {
  const problems = problemsOf({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${name}: expected .+; what came is not shown here$`));
  expect(problems[0]).not.toContain('hunter2');
});

test('a password and a token at once are refused, whichever is meant', () => {
  expect(problemsOf({ TRINO_PASSWORD: 'hunter2', TRINO_TOKEN: 'aa.bb.cc' })).toEqual([
    'TRINO_PASSWORD and TRINO_TOKEN: expected one of them, but got both; unset the one you do not mean',
  ]);
});

test.each(['http://trino.example:8080', 'http://10.0.0.7', 'HTTP://trino'])(
  'credentials go to no other machine in the open: %s',
  (url) => {
    const expected = (name: string) => [
      `TRINO_URL: expected https with ${name}, or a loopback address, but got http: credentials would be readable on the way`,
    ];
    expect(problemsOf({ TRINO_URL: url, TRINO_PASSWORD: 'hunter2' })).toEqual(expected('TRINO_PASSWORD'));
    expect(problemsOf({ TRINO_URL: url, TRINO_TOKEN: 'aa.bb.cc' })).toEqual(expected('TRINO_TOKEN'));
    expect(problemsOf({ TRINO_URL: url })).toEqual([]);
  },
);

test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080', 'https://trino.example'])(
  'credentials may go to %s',
  (url) => {
    expect(problemsOf({ TRINO_URL: url, TRINO_PASSWORD: 'hunter2' })).toEqual([]);
  },
);
