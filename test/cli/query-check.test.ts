import { expect, test } from 'vitest';
import { telemetryApi } from '../support/cli.ts';
import { queriesFolder } from '../support/queries-app.ts';

const check = (...args: string[]) => telemetryApi(['queries', 'check', ...args]);

test('the project’s own queries are fine, and their types are told', async () => {
  const { code, stdout, stderr } = await check();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`hourly_avg: The rows of \`queries/hourly_avg.sql\`.
  GET /queries/hourly_avg, GraphQL; answers are kept as long as the objects are the same
  device_id: VARCHAR → String
  hour: TIMESTAMP → DateTime
  avg_voltage: DOUBLE → Float`);
  expect(stdout).toContain('$time_zone: TimeZone, default "UTC"');
  expect(stdout).toContain('5 queries are fine, 0 mistakes');
});

test('all mistakes of all files, one a line, and exit code 1', async () => {
  const folder = await queriesFolder({
    'a.sql': '-- ---\n-- cache: soon\n-- tag: 5\n-- ---\nSELECT 1 AS a',
    'B.sql': 'SELECT 1 AS a',
    'c.sql': 'SELECT\n$x AS a',
    'd.sql':
      "-- ---\n-- parameters: { n: { type: [Int], default: [1], max: 9 } }\n-- ---\nSELECT $n AS n, {'x': MAP{'k': now()}} AS s",
  });
  const { code, stdout, stderr } = await check(folder);
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'queries/B.sql: expected a name of a-z, 0-9 and _ that begins with a letter',
    'queries/a.sql:2: cache: expected whole seconds, but got: "soon"',
    'queries/a.sql:3: tag: expected text, but got: 5',
    'queries/c.sql:2: expected $x to be declared in the front matter, as "parameters: { x: { type: String } }"',
  ]);
  expect(stdout).toContain('  $n: [Int], default [1], max 9\n');
  expect(stdout).toContain('→ { x: [{ key: String, value: DateTime }] }\n');
  expect(stdout).toContain('  note: its answer depends on now()');
  expect(stdout).toContain('1 queries are fine, 4 mistakes');
});
