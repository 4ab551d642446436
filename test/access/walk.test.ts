import { rm } from 'node:fs/promises';
import path from 'node:path';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceScope } from '../../src/access/viewer.ts';
import type { TestApp } from '../support/app.ts';
import { effort } from '../support/effort.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { UNLIMITED } from '../support/unlimited.ts';
import { FOREIGN, FOREIGN_IDS, OWN, SCOPE, UNKNOWN, writeForeignBucket } from './foreign-bucket.ts';
import { walk } from './walk-schema.ts';
import { type Ask, startWays, WAYS, type Ways } from './ways.ts';

/** A key and a token are checked each in its own place, and then the way is the same. */
const TRIED = effort<readonly (typeof WAYS)[number][]>(['scanning', 'API key'], WAYS);

let directory: string;
let ways: Ways;
let schema: GraphQLSchema;
let cursors: readonly string[];
let version: string;

beforeAll(async () => {
  directory = await scratchFolder();
  const data = path.join(directory, 'data');
  await writeForeignBucket(data);
  const environment = { DATA_DIR: data, REFRESH_SECONDS: '86400', ...UNLIMITED };
  ways = await startWays(environment, SCOPE, directory);
  schema = buildClientSchema(await ways.app.ask(getIntrospectionQuery()));
  cursors = await foreignCursors(ways.app);
  ({ version } = (await ways.app.ask<{ dataset: { version: string } }>('{ dataset { version } }')).dataset);
});
afterAll(async () => {
  await ways.close();
  await rm(directory, { recursive: true });
});

/** Those that whoever sees everything is given, of devices and of readings. */
async function foreignCursors(app: TestApp): Promise<string[]> {
  interface Edges {
    readonly edges: readonly { readonly cursor: string }[];
  }
  const { all, seen, ...readings } = await app.ask<Record<string, Edges & { readings: Edges }>>(
    `{ all: devices { edges { cursor } } seen: devices(orderBy: { field: LAST_SEEN }) { edges { cursor } }
      ${FOREIGN_IDS.map((id, index) => `d${index}: device(deviceId: "${id}") { readings(first: 1) { edges { cursor } } }`).join('\n')} }`,
  );
  const found = [all, seen, ...Object.values(readings).map((device) => device.readings)];
  const foreign = found.flatMap((one) => one?.edges ?? []).map(({ cursor }) => cursor);
  return [...new Set(foreign.filter((cursor) => decoded(cursor).includes(FOREIGN)))];
}

const decoded = (token: string) => Buffer.from(token, 'base64url').toString();
const encoded = (text: string) => Buffer.from(text).toString('base64url');

const WORD = /[\w+/-]{8,}={0,2}/g;

/** Ids and cursors are base64 of what they hold: those that hold such an id are written as that. */
const revealed = (text: string) =>
  text.replaceAll(WORD, (word) => (/FRGN|NBDY/.test(decoded(word)) ? decoded(word) : word));

async function answerOf(ask: Ask, url: string, scope: DeviceScope | null): Promise<string> {
  const response = await ask(url, scope);
  const headers = [...response.headers]
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .filter((line) => !/^(etag|x-request-id|date):/.test(line));
  const body = isEvents(response) ? await firstEvent(response) : await response.text();
  const text = `${response.status}\n${headers.sort().join('\n')}\n${body}`;
  // Links hold what they lead to as a URL has it.
  return revealed(text.replaceAll(/(?:%[\dA-F]{2})+/gi, (escaped) => decodeURIComponent(escaped)));
}

const isEvents = ({ headers }: Response) =>
  headers.get('content-type')?.startsWith('text/event-stream') === true;

/** A subscription has no end by itself. */
async function firstEvent({ body }: Response): Promise<string> {
  let text = '';
  const chunks = body?.pipeThrough(new TextDecoderStream()) ?? [];
  for await (const chunk of chunks as AsyncIterable<string>) {
    text += chunk;
    const [event] = /event: next\n.*\n\n/.exec(text) ?? [];
    if (event !== undefined) return event;
  }
  return text;
}

/** The same question about devices that there are not. */
function ofUnknown(question: string): string {
  return question
    .replaceAll(FOREIGN, UNKNOWN)

    .replaceAll(WORD, (word) =>
      decoded(word).includes(FOREIGN) ? encoded(decoded(word).replaceAll(FOREIGN, UNKNOWN)) : word,
    );
}

const isForeign = (text: string) => text.includes(FOREIGN);

/** Whomever a question names: nothing foreign in what it did not name, and the same as of unknown devices. */
async function findsNothing(ask: Ask, question: string, url: (question: string) => string): Promise<void> {
  const answer = await answerOf(ask, url(question), SCOPE);
  const ofOthers = ofUnknown(question);
  if (ofOthers === question) return expect(isForeign(answer), `${question}\n${answer}`).toBe(false);
  const unknown = await answerOf(ask, url(ofOthers), SCOPE);
  expect(answer.replaceAll(FOREIGN, UNKNOWN), question).toBe(unknown);
  expect(isForeign(unknown), `${question}\n${unknown}`).toBe(false);
}

const text = (value: string) => JSON.stringify(value);
const ids = () => [
  ...FOREIGN_IDS,
  ...FOREIGN_IDS.map((id) => encoded(`Device:${id}`)),
  'own-1',
  encoded('Device:own-1'),
  '%',
  '_',
  'own%',
];

const graphqlUrl = (document: string) => `/graphql?query=${encodeURIComponent(document)}`;

test.each(TRIED)(
  '%s: a walk over the whole schema finds nothing foreign',
  async (way) => {
    const visited = new Set<string>();
    const questions = walk(
      schema,
      ({ name }) => {
        if (name === 'id' || name === 'deviceId') return ids().map(text);
        if (name === 'deviceIds')
          return [...ids().map((id) => `[${text(id)}]`), `[${[...FOREIGN_IDS, 'own-1'].map(text)}]`];
        if (name === 'name') return ['devices', 'device_latest', 'daily_summary'].map(text);
        if (name === 'arguments') return ids().map((id) => `{ device_ids: [${text(id)}] }`);
        if (name === 'after' || name === 'before') return cursors.map(text);
        // What changed since is told of the devices that a question names, and of no others.
        if (name === 'version' || name === 'since') return ['"0"', text(version)];
        if (name === 'filter') {
          const searches = [...ids(), FOREIGN, '', 'own'].map((search) => `{ search: ${text(search)} }`);
          return [...searches, `{ ids: [${ids().map(text)}] }`, '{ silentFor: "PT1S" }'];
        }
        return undefined;
      },
      visited,
    );
    const all = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap((type) =>
        isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
      );
    expect(all.filter((field) => !visited.has(field))).toEqual([]);

    const byEverybody = new Set<string>();
    const byScope = new Set<string>();
    for (const { field, document } of questions) {
      await findsNothing(ways.ask[way], document, graphqlUrl);
      if (ofUnknown(document) !== document) continue;
      if (isForeign(await answerOf(ways.ask[way], graphqlUrl(document), null))) byEverybody.add(field);
      const own = await answerOf(ways.ask[way], graphqlUrl(document), SCOPE);
      if (OWN.some((id) => own.includes(id))) byScope.add(field);
    }
    // The same walk finds them where they may be seen, and own devices where only these may be.
    const ofDevices = [
      'compare',
      'dailySummaries',
      'devices',
      'latestReadings',
      'namedQueryTable',
      'series',
      'topDevices',
    ];
    const ofObjects = ['changedSince', 'dataset', 'datasetChanged'];
    expect([...byEverybody].sort()).toEqual([...ofDevices, ...ofObjects].sort());
    expect([...byScope].sort()).toEqual([...ofDevices, ...ofObjects, 'device', 'node'].sort());
  },
  120_000,
);

test.each(TRIED)('%s: pages of an own device take no foreign cursor', async (way) => {
  const forged = encoded(
    JSON.stringify([
      'reading',
      'own-1',
      'ASC',
      '2026-03-28T22:00:00.000Z',
      `device_id=${FOREIGN}-hive/x.parquet`,
      0,
    ]),
  );
  for (const cursor of [...cursors, forged]) {
    for (const side of ['first: 3, after', 'last: 3, before']) {
      const document = `{ device(deviceId: "own-1") { readings(${side}: "${cursor}") { totalCount edges { cursor node { timestamp } } pageInfo { hasNextPage hasPreviousPage } } } }`;
      await findsNothing(ways.ask[way], document, graphqlUrl);
    }
    await findsNothing(ways.ask[way], `/readings?device_id=own-1&after=${cursor}`, (url) => url);
    await findsNothing(ways.ask[way], `/devices?first=2&after=${cursor}`, (url) => url);
  }
});

test.each(TRIED)(
  '%s: no path of REST tells of a foreign device',
  async (way) => {
    const { paths } = await (await ways.ask[way]('/openapi.json', SCOPE)).json();
    const questions: string[] = [];
    for (const [path, { get }] of Object.entries<{ get?: { parameters?: { name: string }[] } }>(paths)) {
      if (get === undefined || path === '/health' || path === '/ready') continue;
      const bases = ['', '.csv', '.ndjson', '.arrow', '.parquet', '.json'].map(
        (format) => `${path}${format}`,
      );
      questions.push(...bases);
      for (const { name } of get.parameters ?? []) {
        const values = name === 'after' ? cursors : /device_id|search/.test(name) ? ids() : [];
        for (const value of values) {
          const base = path === '/readings' ? '/readings.csv' : path;
          questions.push(`${base}?${name}=${encodeURIComponent(value)}`);
        }
      }
    }
    expect(questions.length).toBeGreaterThan(90);
    let foreign = 0;
    for (const question of questions) {
      await findsNothing(ways.ask[way], question, (url) => url);
      if (!isForeign(question) && isForeign(await answerOf(ways.ask[way], question, null))) foreign++;
    }
    expect(foreign).toBeGreaterThan(20);
  },
  120_000,
);
