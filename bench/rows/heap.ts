import { once } from 'node:events';
import path from 'node:path';
import { type Child, startService } from '../child.ts';
import type { Held } from '../heap-probe.ts';
import { loadEverNew } from '../load.ts';
import { DAYS } from '../options.ts';
import { deviceIds } from './device-ids.ts';
import { DAILY_FIELDS } from './graphql.ts';
import type { RolledUp } from './growth.ts';
import { figure, type Row } from './row.ts';

/** The part of the requests after which the caches are full and all code is compiled. */
const SETTLED = 0.2;
/** Small enough to be full by then also in a short run. */
const CACHE_BYTES = 4 * 1024 ** 2;
const MEBIBYTE = 1024 ** 2;
const DAY_MS = 86_400_000;
const QUERY = `query ($ids: [ID!]!, $from: Date!, $to: Date!) {
  dailySummaries(deviceIds: $ids, from: $from, to: $to) { ${DAILY_FIELDS} }
}`;
const PROBE = ['--expose-gc', '--import', path.join(import.meta.dirname, '..', 'heap-probe.ts')];

/** Whether requests leave something behind: no two of them have the same variables. */
export async function heapRow({ data, state }: RolledUp, requests: number): Promise<Row> {
  const settings = { ...data.settings, STATE_DIR: state, RESPONSE_CACHE_MAX_BYTES: String(CACHE_BYTES) };
  const service = await startService(settings, PROBE);
  try {
    const ids = await deviceIds(service.url);
    const settled = requests * SETTLED;
    const send = (first: number, amount: number) =>
      loadEverNew(`${service.url}/graphql`, amount, (index) => everNew(ids, first + index));
    await send(0, settled);
    const before = await held(service);
    await send(settled, requests - settled);
    const after = await held(service);
    return {
      what: `heap after ${requests.toLocaleString('en')} requests, each with new variables, after a full collection`,
      ours: `${figure(after.heap / MEBIBYTE)} MiB`,
      against: `after the first ${settled.toLocaleString('en')}`,
      theirs: `${figure(before.heap / MEBIBYTE)} MiB`,
      target: '≤ 1.1×',
      measured: `${(after.heap / before.heap).toFixed(2)}×`,
      met: after.heap <= 1.1 * before.heap,
      ifMissed: 'Something is kept for each question.',
      note: `of the whole process ${figure(before.resident / MEBIBYTE)} MiB were resident before, and ${figure(after.resident / MEBIBYTE)} MiB after`,
    };
  } finally {
    await service.stop();
  }
}

async function held({ process }: Child): Promise<Held> {
  const answer = once(process, 'message');
  process.send({});
  const [message] = await answer;
  return message as Held;
}

/** Two devices and some days: 1.2 million different questions of 200 devices. */
function everNew(ids: readonly string[], index: number): string {
  const rest = Math.floor(index / ids.length);
  const from = Math.floor(rest / ids.length) % DAYS;
  const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY_MS).toISOString().slice(0, 10);
  return JSON.stringify({
    query: QUERY,
    variables: {
      ids: [ids[index % ids.length], ids[rest % ids.length]],
      from: day(from),
      to: day(from + (index % 7)),
    },
  });
}
