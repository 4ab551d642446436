import jsonata from 'jsonata';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { generateSample } from '../../src/sample/generate-sample.ts';
import { readText, tableRows } from '../docs/markdown.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

/** A query as the Infinity data source keeps it. */
const infinity = z.object({
  type: z.literal('graphql'),
  source: z.literal('url'),
  parser: z.literal('backend'),
  format: z.enum(['table', 'timeseries']),
  url: z.literal('/graphql'),
  url_options: z.object({
    method: z.literal('POST'),
    body_type: z.literal('graphql'),
    body_content_type: z.literal('application/json'),
    body_graphql_query: z.string(),
    body_graphql_variables: z.string(),
  }),
  root_selector: z.string(),
  columns: z
    .array(
      z.object({ selector: z.string(), text: z.string(), type: z.enum(['string', 'number', 'timestamp']) }),
    )
    .min(1),
});
type InfinityQuery = z.infer<typeof infinity>;

const panel = z.object({
  id: z.number(),
  title: z.string(),
  type: z.enum(['stat', 'table', 'timeseries']),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(infinity).length(1),
});
const dashboard = z.object({
  uid: z.string(),
  panels: z.array(panel),
  templating: z.object({ list: z.array(z.looseObject({ name: z.string(), type: z.string() })) }),
});

const text = readText('examples/grafana/dashboard.json');
const { panels, templating, uid } = dashboard.parse(JSON.parse(text));
const device = templating.list.find(({ name }) => name === 'device');
const deviceQuery = z.object({ infinityQuery: infinity }).parse(device?.['query']).infinityQuery;

/** What Grafana puts in place of variables. */
const CHOSEN: Readonly<Record<string, string>> = {
  device: 'pack-002',
  time_zone: 'Europe/Berlin',
  '__from:date:iso': '2026-03-29T00:00:00.000Z',
  '__to:date:iso': '2026-03-31T00:00:00.000Z',
};

function interpolated(template: string): string {
  return template.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => CHOSEN[name] ?? whole);
}

let app: TestApp;

beforeAll(async () => {
  const directory = await scratchFolder();
  const end = new Date('2026-03-31T00:00:00Z');
  await generateSample({ directory, seed: 1, devices: 3, days: 4, end });
  app = await startApp({ DATA_DIR: directory });
  await app.refresh();
});
afterAll(() => app.close());

/** The table that Infinity makes of the answer: a row for each thing at the root, a cell for each column. */
async function rowsOf({
  url_options: { body_graphql_query, body_graphql_variables },
  ...query
}: InfinityQuery) {
  const variables = JSON.parse(interpolated(body_graphql_variables));
  const { status, errors, ...answer } = await app.post(interpolated(body_graphql_query), variables);
  expect([status, errors]).toEqual([200, undefined]);
  const root: unknown = await jsonata(query.root_selector).evaluate(answer);
  return (Array.isArray(root) ? root : [root]).map((row) =>
    query.columns.map(({ selector }) =>
      selector.split('.').reduce<unknown>((value, key) => Reflect.get(Object(value), key), row),
    ),
  );
}

const CELLS = {
  string: z.string(),
  number: z.number(),
  timestamp: z.iso.datetime(),
};

describe.each(panels.map((one) => [one.title, one] as const))('%s', (_, { targets: [query] }) => {
  test('every column has values of its type', async () => {
    if (query === undefined) throw new Error('expected a query');
    const rows = await rowsOf(query);
    expect(rows.length).toBeGreaterThan(0);
    for (const [index, { type }] of query.columns.entries()) {
      for (const row of rows) expect(CELLS[type].nullable().safeParse(row[index]).error).toBeUndefined();
      expect(rows.some((row) => row[index] !== null)).toBe(true);
    }
  });
});

test('the devices to choose from are those that there are', async () => {
  expect(await rowsOf(deviceQuery)).toEqual([['pack-001'], ['pack-002'], ['pack-003']]);
});

test('a chart asks for the device and the time that are chosen, and for the resolution that it can show', async () => {
  const charts = panels.filter(({ type }) => type === 'timeseries').flatMap(({ targets }) => targets);
  expect(charts).toHaveLength(3);
  for (const chart of charts) {
    const times = (await rowsOf(chart)).map(([time]) => String(time));
    expect(times.length).toBeGreaterThan(100);
    expect(times.length).toBeLessThanOrEqual(800);
    expect(times.every((time) => time >= '2026-03-29' && time < '2026-03-31')).toBe(true);
  }
});

test('days are those of the time zone that is chosen', async () => {
  const days = panels.find(({ title }) => title.startsWith('Days'))?.targets[0];
  if (days === undefined) throw new Error('expected a table of days');
  // Four days UTC lie in five of Berlin.
  expect((await rowsOf(days)).map(([date]) => date)).toEqual(
    ['27', '28', '29', '30', '31'].map((day) => `2026-03-${day}`),
  );
});

test('nothing but the variables of the dashboard and of Grafana is left open', () => {
  const known = [...templating.list.map(({ name }) => name), ...Object.keys(CHOSEN)];
  const used = [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name = '']) => name);
  expect(
    used.filter((name) => !known.includes(name) && !/^__(value\.raw|url_time_range)$/.test(name)),
  ).toEqual([]);
  // In documents, what begins with a dollar sign is a variable of GraphQL as long as Grafana has none of that name.
  const documents = panels.flatMap(({ targets }) => targets.map((one) => one.url_options.body_graphql_query));
  const ofGraphQL = documents.flatMap((document) =>
    [...document.matchAll(/\$(\w+)/g)].map(([, name]) => name),
  );
  expect(ofGraphQL.filter((name) => known.includes(name ?? ''))).toEqual([]);
});

test('panels do not lie on each other, and have ids of their own', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

test('the data source sends the key to the service alone', () => {
  const source = z
    .object({
      datasources: z.tuple([
        z.object({
          type: z.literal('yesoreyeram-infinity-datasource'),
          url: z.string(),
          jsonData: z.object({ allowedHosts: z.array(z.string()), httpHeaderName1: z.literal('X-Api-Key') }),
          secureJsonData: z.object({ httpHeaderValue1: z.string() }),
        }),
      ]),
    })
    .parse(parse(readText('examples/grafana/datasource.yaml'))).datasources[0];
  expect(source.jsonData.allowedHosts).toEqual([source.url]);
});

test('the page tells every panel and every variable', () => {
  const page = readText('examples/grafana/README.md');
  expect(tableRows(page).map(([title]) => title)).toEqual(
    panels.map(({ title }) => title.replace(/ of \$\{device\}$/, '')),
  );
  for (const { name } of templating.list) expect(page).toContain(`\`${name}\``);
  for (const told of [`/d/${uid}`, 'TELEMETRY_URL', 'TELEMETRY_API_KEY']) expect(page).toContain(told);
});
