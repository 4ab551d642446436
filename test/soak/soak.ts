import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, startService } from '../../bench/child.ts';
import type { Held } from '../../bench/heap-probe.ts';
import { CACHE, ROOT } from '../../bench/options.ts';
import { createLake, keyOf, type Lake } from '../faults/lake.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { type Answered, KINDS, type Kind, STILL_DAYS } from './documents.ts';

export interface SoakOptions {
  readonly requests: number;
  readonly mode: 'direct' | 'cached';
  /** Told how far it is. */
  readonly tell?: (line: string) => void;
}

export interface SoakReport {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How often each code was told. */
  readonly codes: Readonly<Record<string, number>>;
  readonly snapshots: number;
  /** After a full collection, at even distances. */
  readonly held: readonly Held[];
  /** Median of the last third of them over that of the second. */
  readonly heapGrowth: number;
  readonly residentGrowth: number;
  /** What must not be: wrong answers, errors without a code, growth. Empty when all is well. */
  readonly problems: readonly string[];
}

const CONNECTIONS = 16;
const SAMPLES = 24;
const MOST_HEAP_GROWTH = 1.1;
const MOST_RESIDENT_GROWTH = 1.2;
const MOST_NEW_HANDLES = 50;
const BUCKET = 'soak';
const CHANGE_EVERY_MS = 400;
/** May come of objects that change under a question; anything else is a fault of ours. */
const PASSING = new Set(['DATASET_CHANGED', 'OVERLOADED']);
const MEBIBYTE = 1024 ** 2;
const PROBE = ['--expose-gc', '--import', path.join(ROOT, 'bench', 'heap-probe.ts')];

/** Requests of all kinds to the service as `npm start` runs it, while objects come, change and go. */
export async function soak({ requests, mode, tell = () => undefined }: SoakOptions): Promise<SoakReport> {
  const lake = await createLake();
  const server = await startS3Server();
  const scratch = await scratchFolder();
  await mkdir(CACHE, { recursive: true });
  await server.createBucket(BUCKET);
  for (let day = 0; day < STILL_DAYS; day++) await put(server, lake, day, 1);
  const service = await startService(settingsOf(server, scratch, mode), PROBE);
  const changing = new AbortController();
  const changes = keepChanging(server, lake, changing.signal);
  try {
    const report = await run(service, requests, tell);
    // Where httpfs cannot be loaded, the service reads through a cache instead.
    const read = await readModeOf(service);
    if (read !== mode.toUpperCase()) report.problems.push(`expected objects read ${mode}, but got ${read}`);
    changing.abort();
    await changes;
    const told = performance.now();
    await service.stop();
    const { exitCode } = service.process;
    if (exitCode !== 0) report.problems.push(`SIGTERM: expected exit code 0, but got ${exitCode}`);
    tell(`stopped within ${((performance.now() - told) / 1000).toFixed(1)} s`);
    return report;
  } finally {
    changing.abort();
    await changes;
    await service.stop();
    await server.stop();
    await lake.remove();
    await rm(scratch, { recursive: true, force: true });
  }
}

function settingsOf(server: S3Server, scratch: string, mode: SoakOptions['mode']): Record<string, string> {
  return {
    S3_BUCKET: BUCKET,
    S3_ENDPOINT: server.endpoint,
    AWS_REGION: server.region,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    STATE_DIR: path.join(scratch, 'state'),
    REFRESH_SECONDS: '1',
    ENGINE_MEMORY_LIMIT: '512MB',
    // Small enough to be full soon also in a short run.
    RESPONSE_CACHE_MAX_BYTES: String(4 * MEBIBYTE),
    ...(mode === 'cached' && {
      OBJECT_CACHE_DIR: path.join(scratch, 'objects'),
      OBJECT_CACHE_MAX_BYTES: '1000000',
    }),
  };
}

async function readModeOf({ url }: Child): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ dataset { readMode } }' }),
  });
  const { data } = (await response.json()) as { data: { dataset: { readMode: string } } };
  return data.dataset.readMode;
}

async function put(server: S3Server, lake: Lake, day: number, version: number): Promise<void> {
  await server.put(BUCKET, `telemetry/${keyOf(day)}`, await lake.object(day, version));
}

/** One object is replaced, others come and go, for as long as it lasts. */
async function keepChanging(server: S3Server, lake: Lake, signal: AbortSignal): Promise<void> {
  for (let change = 0; !signal.aborted; change++) {
    const day = STILL_DAYS + 1 + (change % 5);
    if (change % 3 === 0) await put(server, lake, STILL_DAYS, 1 + (change % 60));
    else if (change % 3 === 1) await put(server, lake, day, 1 + (change % 7));
    else await server.remove(BUCKET, `telemetry/${keyOf(day - 1)}`);
    await delay(CHANGE_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function run(
  service: Child,
  requests: number,
  tell: (line: string) => void,
): Promise<SoakReport & { problems: string[] }> {
  const latencies = createHistogram();
  const check = new Checks();
  const held: Held[] = [];
  const handles = await handlesOf(service);
  const began = performance.now();
  let sent = 0;
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const until = Math.round((requests * sample) / SAMPLES);
    const client = async () => {
      while (sent < until) {
        sent++;
        const kind = pick();
        const asked = kind.request();
        const started = performance.now();
        const answered = await send(service.url, asked).catch((error: unknown) => String(error));
        latencies.record(Math.max(1, Math.round((performance.now() - started) * 1000)));
        check.take(kind, asked, answered);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
    const now = await heldBy(service);
    held.push(now);
    const [heap, resident] = [now.heap, now.resident].map((bytes) => Math.round(bytes / MEBIBYTE));
    const seconds = (performance.now() - began) / 1000;
    tell(
      `${sent} requests, ${Math.round(sent / seconds)}/s, heap ${heap} MiB, resident ${resident} MiB, p99 ${(latencies.percentile(99) / 1000).toFixed(1)} ms`,
    );
  }
  const problems = [...check.problems];
  const grown = (of: (one: Held) => number) => {
    const third = held.length / 3;
    return median(held.slice(-third).map(of)) / median(held.slice(third, 2 * third).map(of));
  };
  const heapGrowth = grown(({ heap }) => heap);
  const residentGrowth = grown(({ resident }) => resident);
  if (heapGrowth > MOST_HEAP_GROWTH) problems.push(`the heap grew by ${heapGrowth.toFixed(2)}`);
  if (residentGrowth > MOST_RESIDENT_GROWTH) {
    problems.push(`the process grew by ${residentGrowth.toFixed(2)}`);
  }
  const more = (await handlesOf(service)) - handles;
  if (more > MOST_NEW_HANDLES) problems.push(`${more} more open files and sockets than at the beginning`);
  return {
    requests: sent,
    seconds: (performance.now() - began) / 1000,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    codes: Object.fromEntries(check.codes),
    snapshots: check.snapshots.size,
    held,
    heapGrowth,
    residentGrowth,
    problems,
  };
}

/** What all answers must be. Keeps the first problems only: one tells as much as a million. */
class Checks {
  readonly problems: string[] = [];
  readonly codes = new Map<string, number>();
  readonly snapshots = new Set<string>();
  private readonly bodies = new Map<string, string>();

  take(kind: Kind, asked: ReturnType<Kind['request']>, answered: Answered | string): void {
    const problem = typeof answered === 'string' ? answered : this.problemOf(kind, asked, answered);
    if (problem !== undefined && this.problems.length < 20) this.problems.push(`${kind.name}: ${problem}`);
  }

  private problemOf(kind: Kind, asked: ReturnType<Kind['request']>, answered: Answered): string | undefined {
    const codes = codesOf(answered);
    for (const code of codes) this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    const [code] = codes;
    if (code !== undefined) {
      return code === kind.refusal || (kind.refusal === undefined && PASSING.has(code))
        ? undefined
        : `${code}: ${answered.body.slice(0, 300)}`;
    }
    if (answered.status !== 200) return `status ${answered.status} without a code`;
    if (kind.refusal !== undefined) return `expected ${kind.refusal}, but got an answer`;
    if (kind.ofOneSnapshot) return this.differs(kind, asked, answered);
    return kind.wrong?.(answered, asked);
  }

  private differs(
    kind: Kind,
    asked: ReturnType<Kind['request']>,
    { headers, body }: Answered,
  ): string | undefined {
    // GraphQL names no snapshot in its headers; its ETag does.
    const version = headers.get('x-dataset-version') ?? headers.get('etag');
    if (version === null) return asked.query === undefined ? 'no X-Dataset-Version' : undefined;
    this.snapshots.add(version);
    const hash = createHash('sha256').update(body).digest('base64');
    const known = this.bodies.get(`${kind.name} ${version}`);
    this.bodies.set(`${kind.name} ${version}`, hash);
    return known === undefined || known === hash ? undefined : `two answers of the snapshot ${version}`;
  }
}

function codesOf({ status, headers, body }: Answered): string[] {
  if (!headers.get('content-type')?.includes('json')) return [];
  const answer = JSON.parse(body) as { errors?: { extensions?: { code?: string } }[]; code?: string };
  if (Array.isArray(answer.errors)) {
    return answer.errors.map(({ extensions }) => extensions?.code ?? 'NO CODE');
  }
  return status === 200 ? [] : [answer.code ?? 'NO CODE'];
}

async function send(url: string, { path, query, variables }: ReturnType<Kind['request']>): Promise<Answered> {
  const response =
    query === undefined
      ? await fetch(`${url}${path}`)
      : await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const TOTAL = KINDS.reduce((total, { share }) => total + share, 0);

function pick(): Kind {
  let left = Math.random() * TOTAL;
  for (const kind of KINDS) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return KINDS[0] as Kind;
}

async function heldBy({ process }: Child): Promise<Held> {
  const answer = once(process, 'message');
  process.send({});
  const [message] = await answer;
  return message as Held;
}

/** Open files and sockets, where the system tells. */
async function handlesOf({ process }: Child): Promise<number> {
  return (await readdir(`/proc/${process.pid}/fd`).catch(() => [])).length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
