import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTINGS } from '../../src/config/environment.ts';
import { TRACING_VARIABLES } from '../../src/config/tracing.ts';
import { Metrics } from '../../src/observe/metrics.ts';
import { ERROR_CODES } from './error-codes.ts';
import { codeBlocks, codeSpan, ROOT, readText, section, tableRows } from './markdown.ts';

const page = readText('docs/OPERATIONS.md');

const metrics = new Metrics();
metrics.watch({
  engines: () => ({}),
  operations: () => ({ taken: 0, queued: 0 }),
  access: () => ({ keysCheckedAt: undefined, signingKeys: undefined }),
  subscriptions: () => 0,
  dataset: () => undefined,
  newestReading: async () => undefined,
  build: () => null,
  responseCache: () => ({ bytes: 0, entries: 0 }),
  objectCache: () => undefined,
});

const spans = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '');

/** Every table of a section. */
const allRows = (heading: string) =>
  section(page, heading)
    .split(/\n(?=[^|\n])/)
    .filter((part) => part.includes('\n|'))
    .flatMap(tableRows);

test('there is a row for each setting, and for nothing else', () => {
  const told = tableRows(section(page, 'Settings')).flatMap(([names]) => spans(names));
  expect(told.toSorted()).toEqual(SETTINGS.toSorted());
});

test('there is a row for each variable of OpenTelemetry that is read', () => {
  const told = tableRows(section(page, 'Traces')).map(([name]) => codeSpan(name));
  expect(told.toSorted()).toEqual(TRACING_VARIABLES.toSorted());
});

test('there is a row for each metric with its labels, and for nothing else', () => {
  const told = allRows('Metrics')
    .filter(([name]) => /^[a-z]\w+$/.test(codeSpan(name) ?? ''))
    .map(([name, labels]) => ({ name: codeSpan(name) ?? '', labels: spans(labels).toSorted() }));
  const counted = metrics.all.map(({ name, labelNames }) => ({ name, labels: labelNames.toSorted() }));
  expect(counted.length).toBeGreaterThan(50);
  // What a process tells besides depends on the operating system.
  const own = (rows: typeof counted) =>
    rows.filter(({ name }) => name.startsWith('telemetry_')).sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(own(told)).toEqual(own(counted));
  expect(told).toEqual(expect.arrayContaining(counted));
});

test('there is a row with cause and cure for each error code, and for no other', () => {
  const rows = tableRows(section(page, 'Error codes'));
  expect(rows.map(([code]) => codeSpan(code)).toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
  for (const [code, cause = '', cure = ''] of rows)
    expect([code, cause !== '', cure !== '']).toEqual([code, true, true]);
});

test('no code is told to clients that is not in the list', () => {
  // Other rooms have codes for themselves, as Node.js does; what goes out is told by these two.
  const sources = ['src/errors.ts', ...filesOf('src/http')].map(readText);
  const used = sources.flatMap((source) =>
    [...source.matchAll(/\bcode(?:: string)?\s*[:=]\s*'([A-Z][A-Z_]+)'/g)].map(([, code]) => code ?? ''),
  );
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((code) => !(code in ERROR_CODES))).toEqual([]);
});

function filesOf(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

const rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

test('alerts are of metrics that there are', () => {
  const [block = ''] = codeBlocks(section(page, 'Alerts'), 'yaml');
  const names = new Set(metrics.all.map(({ name }) => name));
  const alerts = rules.parse(parse(block)).groups.flatMap((group) => group.rules);
  expect(alerts.length).toBeGreaterThan(5);
  for (const { alert, expr } of alerts) {
    const used = [...expr.matchAll(/\b(?:telemetry|process|nodejs)_\w+/g)].map(([name]) =>
      name.replace(/_(count|sum|bucket)$/, ''),
    );
    expect(
      used.filter((name) => !names.has(name)),
      alert,
    ).toEqual([]);
    expect(used.length, alert).toBeGreaterThan(0);
  }
});

test('blocks of JSON are JSON, and blocks of YAML are YAML', () => {
  for (const block of codeBlocks(page, 'json')) expect(() => JSON.parse(block), block).not.toThrow();
  for (const block of codeBlocks(page, 'yaml')) expect(() => parse(block), block).not.toThrow();
});

test('the fields of the log’s line are told', () => {
  const [line = '{}'] = codeBlocks(section(page, 'Log'), 'json');
  const told = tableRows(section(page, 'Log')).flatMap(([names]) => spans(names));
  const shown = Object.keys(JSON.parse(line)).filter(
    (name) => !['level', 'time', 'method', 'msg'].includes(name),
  );
  expect(told).toEqual(expect.arrayContaining(shown));
});

/** Rows of the table of sizes, and what the benchmarks call them. */
const MEASURED: Readonly<Record<string, RegExp>> = {
  'first build of the rollups': /^first build, 30 objects/,
  'peak memory in the first build': /^peak memory of the service in its first build/,
  'a new object is answered for after': /^refresh after a new object among 30/,
  'restart with kept rollups': /^restart with a kept store/,
  '`overview` a second': /^`overview` over GraphQL, 32 connections/,
  '6,000 daily summaries a second': /^`dailySummaries`: 6,000 rows, 12 fields$/,
  'one device’s days': /^one device’s `dailySummaries`.* 1 at a time/,
};

test('the table of sizes tells what the benchmarks have measured', () => {
  const benchmarks = readText('docs/BENCHMARKS.md');
  const runs = ['2,000,000', '50,000,000', '500,000,000'].map((readings) =>
    tableRows(section(benchmarks, `${readings} readings`)),
  );
  const sizes = tableRows(section(page, 'Sizing')).filter((row) => row.length === 4);
  const told = sizes.map(([what = '', ...figures]) => [what.replaceAll("'", '’').split(', ')[0], figures]);
  const figures = Object.entries(MEASURED).map(([what, pattern]) => [
    what,
    runs.map((rows) => rows.find(([row = '']) => pattern.test(row))?.[1]?.replace(' requests/s', '')),
  ]);
  expect(told).toEqual(figures);
});
