import { once } from 'node:events';
import path from 'node:path';
import { LIMITS } from '../../schema/limit-values.ts';
import { type Child, startService } from '../child.ts';
import type { Settings } from '../data.ts';
import { median } from '../load.ts';
import type { Stall } from '../stall-probe.ts';
import { deviceIds } from './device-ids.ts';
import { figure, type Row } from './row.ts';

const ROUNDS = 5;
const AT_MOST_MS = 100;
const PROBE = ['--import', path.join(import.meta.dirname, '..', 'stall-probe.ts')];

const COLUMNS = 'timestamps metrics { values min max count }';
const BUCKET_SECONDS = 5;
/** The first bucket and the last may be cut. */
const POINTS = LIMITS.seriesPointsTogether.value - 2;
const FROM = Date.UTC(2026, 0, 1);
const TO = FROM + POINTS * BUCKET_SECONDS * 1_000;

interface Answer {
  readonly what: string;
  readonly path: string;
  /** GraphQL; unset: REST. */
  readonly query?: string;
}

/**
 * For how long nobody else is answered while the largest answers are made that the limits allow.
 * @param state of a service that has rolled up and is stopped
 */
export async function stallsRow(settings: Settings, state: string): Promise<Row> {
  const service = await startService({ ...settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: '0' }, PROBE);
  try {
    const answers = largeAnswers(await deviceIds(service.url));
    const stalls: (Stall & { readonly what: string })[] = [];
    for (const answer of answers) stalls.push({ what: answer.what, ...(await usualStall(service, answer)) });
    const [first] = answers;
    const whole: unknown = JSON.parse(await textOf(service, first));
    const inOnePiece = Array.from({ length: ROUNDS }, () => timed(() => JSON.stringify(whole)));
    const worst = Math.max(...stalls.map(({ byClock }) => byClock));
    return {
      what: 'the longest time for which nobody else is answered while the largest answers are made',
      ours: `${figure(worst)} ms`,
      against: '`JSON.stringify` alone of the first of them in one piece',
      theirs: `${figure(median(inOnePiece))} ms`,
      target: `≤ ${AT_MOST_MS} ms`,
      measured: `${figure(worst)} ms`,
      met: worst <= AT_MOST_MS,
      ifMissed:
        'The clock counts what the machine does besides; the note tells what the service computes meanwhile.',
      note: stalls
        .map(({ what, byClock, computed }) => `${what} ${figure(byClock)} ms (${figure(computed)} computed)`)
        .join(', '),
    };
  } finally {
    await service.stop();
  }
}

function largeAnswers(ids: readonly string[]): readonly [Answer, ...Answer[]] {
  const [device = ''] = ids;
  const range = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() };
  const bucket = `${BUCKET_SECONDS}s`;
  const { readingsPage, readingsTogether } = LIMITS;
  const pages = ids.slice(0, readingsTogether.value / readingsPage.value);
  return [
    graphql(
      `a series of ${POINTS.toLocaleString('en')} points`,
      `series(deviceIds: ["${device}"], from: "${range.from}", to: "${range.to}", bucket: "${bucket}", fill: LINEAR) { ${COLUMNS} }`,
    ),
    {
      what: 'the same in REST',
      path: `/series?${new URLSearchParams({ device_id: device, ...range, bucket, fill: 'linear' })}`,
    },
    graphql(
      'thinned readings of all devices',
      `series(maxPoints: ${Math.floor(POINTS / ids.length)}) { ${COLUMNS} }`,
    ),
    graphql('rows of a named query', 'hourlyAvg { rows { deviceId hour avgVoltage avgTemperature avgSoc } }'),
    { what: 'the same in REST', path: '/queries/hourly_avg' },
    graphql(
      `${pages.length} pages of readings`,
      `devices(first: ${pages.length}, filter: { ids: ${JSON.stringify(pages)} }) { edges { node {
        readings(first: ${readingsPage.value}) { edges { cursor node { timestamp voltage temperature soc } } }
      } } }`,
    ),
  ];
}

const graphql = (what: string, field: string): Answer => ({ what, path: '/graphql', query: `{ ${field} }` });

/** The median of the rounds. In the first one, which does not count, code is compiled. */
async function usualStall(service: Child, answer: Answer): Promise<Stall> {
  await textOf(service, answer);
  const rounds: Stall[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await stallSinceAsked(service);
    await textOf(service, answer);
    rounds.push(await stallSinceAsked(service));
  }
  return {
    byClock: median(rounds.map(({ byClock }) => byClock)),
    computed: median(rounds.map(({ computed }) => computed)),
  };
}

async function stallSinceAsked({ process }: Child): Promise<Stall> {
  const told = once(process, 'message');
  process.send({});
  const [stall] = await told;
  return stall as Stall;
}

async function textOf({ url }: Child, { path, query }: Answer): Promise<string> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  };
  // Compressing is done by other threads, and `fetch` asks for it unless told otherwise.
  const get = { headers: { 'accept-encoding': 'identity' } };
  const response = await fetch(url + path, query === undefined ? get : post);
  const text = await response.text();
  if (!response.ok || text.startsWith('{"errors"')) throw new Error(`${path}: ${text.slice(0, 500)}`);
  return text;
}

function timed(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
