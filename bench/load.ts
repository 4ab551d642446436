import autocannon from 'autocannon';

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
}

export interface LoadOptions {
  readonly connections?: number;
  readonly seconds?: number;
}

type Requests = Pick<autocannon.Options, 'requests' | 'duration' | 'amount'>;

export const CONNECTIONS = 32;
export const SECONDS = 2;

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Longer than any answer takes. */
const MOST_SECONDS = 120;

/** Requests as fast as the answers come. @param bodies sent in turn; none: GET */
export async function load(
  url: string,
  bodies: readonly string[],
  { connections = CONNECTIONS, seconds = SECONDS }: LoadOptions = {},
): Promise<Load> {
  const posts = bodies.map((body) => ({ method: 'POST' as const, headers: JSON_HEADERS, body }));
  // On a slow machine not one of all the connections may have its first answer by then.
  for (let duration = seconds; duration < MOST_SECONDS; duration *= 3) {
    const measured = await fire(url, connections, { duration, ...(posts.length > 0 && { requests: posts }) });
    if (measured !== undefined) return measured;
  }
  throw new Error(`${url}: no answer within ${MOST_SECONDS} s`);
}

/** So many requests, no two of them alike. @param body of the request with that number, from 0 */
export async function loadEverNew(
  url: string,
  amount: number,
  body: (index: number) => string,
): Promise<void> {
  let index = 0;
  const setupRequest = (request: autocannon.Request) => ({ ...request, body: body(index++) });
  await fire(url, CONNECTIONS, {
    amount,
    requests: [{ method: 'POST', headers: JSON_HEADERS, setupRequest }],
  });
}

/** @returns undefined when the time is over before the first answer */
async function fire(url: string, connections: number, requests: Requests): Promise<Load | undefined> {
  const latencies: number[] = [];
  const started = performance.now();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon({ url, connections, timeout: 120, ...requests }, (error, result) =>
      error ? reject(error) : resolve(result),
    );
    // Its own histogram knows whole milliseconds only.
    instance.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const elapsed = (performance.now() - started) / 1000;
  const answers = result['2xx'];
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals, ${answers} answers`);
  }
  if (answers === 0) return undefined;
  return { perSecond: answers / elapsed, p50: median(latencies) };
}

/** The same from calls in this process: `clients` of them at any time, until the time is over and all are answered. */
export async function loadCalls(
  call: (index: number) => Promise<unknown>,
  { connections = CONNECTIONS, seconds = SECONDS }: LoadOptions = {},
): Promise<Load> {
  const latencies: number[] = [];
  const started = performance.now();
  let index = 0;
  const client = async () => {
    while (performance.now() - started < seconds * 1000) {
      const before = performance.now();
      await call(index++);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return { perSecond: latencies.length / ((performance.now() - started) / 1000), p50: median(latencies) };
}

/** Takes turns, so that a machine that slows down does so for both. @returns the median of each */
export async function sideBySide(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<{ ours: number; theirs: number }> {
  const [one, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    one.push(await ours());
    other.push(await theirs());
  }
  return { ours: median(one), theirs: median(other) };
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
