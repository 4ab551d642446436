import { once } from 'node:events';
import path from 'node:path';
import { type Child, startService } from '../child.ts';
import type { Held } from '../heap-probe.ts';
import { median } from '../load.ts';
import { deviceIds } from './device-ids.ts';
import type { RolledUp } from './growth.ts';
import { figure, type Row } from './row.ts';

const SUBSCRIBERS = 1_000;
/** A new object comes, or it goes again. */
const CHANGES = 30;
const SETTLED = 6;
const KIBIBYTE = 1024;
const TOKEN = 'a-token-for-the-bench';
const PROBE = ['--expose-gc', '--import', path.join(import.meta.dirname, '..', 'heap-probe.ts')];

/** Whether subscriptions leave something behind with each change that they hear of. Each is about the hours of one device. */
export async function subscribersRow({ data, state }: RolledUp): Promise<Row> {
  const settings = {
    ...data.settings,
    STATE_DIR: state,
    REFRESH_TOKEN: TOKEN,
    VIEWER_MAX_SUBSCRIPTIONS: String(SUBSCRIBERS),
  };
  const service = await startService(settings, PROBE);
  const gone = new AbortController();
  try {
    const ids = await deviceIds(service.url);
    const before = await held(service);
    const subscribers = await Promise.all(
      Array.from({ length: SUBSCRIBERS }, (_, index) =>
        subscribe(service.url, ids[index % ids.length] ?? '', gone.signal),
      ),
    );
    const open = await held(service);
    const times: number[] = [];
    const change = async (number: number) => {
      await (number % 2 === 0 ? data.addObject() : data.removeObject());
      const started = performance.now();
      const heard = Promise.all(subscribers.map((next) => next()));
      await refresh(service.url);
      await heard;
      times.push(performance.now() - started);
    };
    for (let number = 0; number < SETTLED; number++) await change(number);
    const settled = await held(service);
    for (let number = SETTLED; number < CHANGES; number++) await change(number);
    const after = await held(service);
    const each = (open.heap - before.heap) / SUBSCRIBERS / KIBIBYTE;
    return {
      what: `heap with ${SUBSCRIBERS.toLocaleString('en')} subscribers to \`series\`, after ${CHANGES} changes of the bucket`,
      ours: mebibytes(after.heap),
      against: `after the first ${SETTLED}`,
      theirs: mebibytes(settled.heap),
      target: '≤ 1.1×',
      measured: `${(after.heap / settled.heap).toFixed(2)}×`,
      met: after.heap <= 1.1 * settled.heap,
      ifMissed: 'Something is kept for each event.',
      note: `${mebibytes(before.heap)} without subscribers, ${figure(each)} KiB for each; of the whole process ${mebibytes(settled.resident)} were resident after the first ${SETTLED}, and ${mebibytes(after.resident)} at the end; from the refresh to the last of ${SUBSCRIBERS.toLocaleString('en')} events, the listing and the reading of the new object included, ${figure(median(times))} ms`,
    };
  } finally {
    gone.abort();
    await data.removeObject();
    await service.stop();
  }
}

const mebibytes = (bytes: number) => `${figure(bytes / KIBIBYTE ** 2)} MiB`;

/** @returns what waits for the next event */
async function subscribe(url: string, device: string, signal: AbortSignal): Promise<() => Promise<void>> {
  const query = `subscription { series(deviceIds: [${JSON.stringify(device)}], metrics: [SOC], bucket: "1h") { version series { timestamps metrics { values count } } } }`;
  const response = await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream' },
    signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async () => {
    for (;;) {
      const end = text.indexOf('\n\n');
      const block = end === -1 ? undefined : text.slice(0, end);
      if (block !== undefined) text = text.slice(end + 2);
      if (block?.includes('"data":{')) return;
      if (block?.includes('event:')) throw new Error(`expected an event with data, but got: ${block}`);
      if (block !== undefined) continue;
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error('expected an event, but the stream is over');
      text += value;
    }
  };
  await next();
  return next;
}

async function refresh(url: string): Promise<void> {
  const response = await fetch(`${url}/refresh`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const { changed } = (await response.json()) as { changed?: boolean };
  if (changed !== true)
    throw new Error(`expected a refresh that finds a change, but got: ${response.status}`);
}

async function held({ process }: Child): Promise<Held> {
  const answer = once(process, 'message');
  process.send({});
  const [message] = await answer;
  return message as Held;
}
