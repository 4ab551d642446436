import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type S3Target, writeTrinoConfig } from './trino-config.ts';
import { TrinoNode } from './trino-node.ts';
import { javaHome, trinoProgram } from './trino-program.ts';

const READY_MS = 300_000;
const POLL_MS = 100;
const ALONE = ['-Xmx2G'];
/** Several start at once, and none of them lives long: less is compiled, and less memory taken. */
const AMONG_OTHERS = ['-Xmx1G', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** By default queries wait a minute for a node that does not answer before they fail. */
const LOST_SOON = ['query.remote-task.max-error-duration=10s', 'exchange.max-error-duration=10s'];

/**
 * A real Trino, with catalogs over an S3 server: `lake` and `flat` of Hive, of which the latter leaves out subfolders, and
 * `ice` of Iceberg, and `delta` of Delta Lake.
 */
export interface TrinoServer {
  /** Of the coordinator. */
  readonly url: string;
  /** What signs its tokens (PEM, RS256). */
  readonly tokenKey: string;
  /** The coordinator is killed and started again at the same port; its queries are gone. */
  restart(): Promise<void>;
  /** One of the workers is killed. The cluster finds that out by itself. */
  killWorker(): Promise<void>;
  /** Another one joins. */
  startWorker(): Promise<void>;
  stop(): Promise<void>;
}

/** @param workers that have the work, each in a process of its own; with none the coordinator has it. */
export async function startTrinoServer(
  s3: S3Target,
  { workers: count = 0 }: { readonly workers?: number } = {},
): Promise<TrinoServer> {
  const [program, java] = [await trinoProgram(), await javaHome()];
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-trino-'));
  const { settings, tokenKey } = await writeTrinoConfig(directory, { program, s3 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // A small heap needs to be told: by default each of these is a share of it.
  const common = [
    ...settings,
    `discovery.uri=${url}`,
    'query.max-memory-per-node=400MB',
    'memory.heap-headroom-per-node=400MB',
    ...(count === 0 ? [] : LOST_SOON),
  ];
  const javaOptions = count === 0 ? ALONE : AMONG_OTHERS;
  const node = (id: string, own: readonly string[]) =>
    new TrinoNode({ id, program, java, directory, javaOptions, settings: [...common, ...own] });
  const coordinator = node('coordinator', [
    'coordinator=true',
    `node-scheduler.include-coordinator=${count === 0}`,
    `http-server.http.port=${port}`,
  ]);
  const workers: TrinoNode[] = [];
  let begun = 0;
  const addWorker = async () => {
    const worker = node(`worker-${++begun}`, [
      'coordinator=false',
      `http-server.http.port=${await freePort()}`,
    ]);
    workers.push(worker);
    await worker.start();
  };
  const ready = () => untilListed(url, [coordinator, ...workers]);
  const stop = async () => {
    await Promise.all([coordinator, ...workers].map((each) => each.kill()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await coordinator.start();
    for (let worker = 0; worker < count; worker++) await addWorker();
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    tokenKey,
    restart: async () => {
      await coordinator.kill();
      await coordinator.start();
      await ready();
    },
    killWorker: async () => {
      await workers.shift()?.kill();
    },
    startWorker: async () => {
      await addWorker();
      await ready();
    },
    stop,
  };
}

/** It takes queries only some time after it answers, and knows its workers only some time after that. */
async function untilListed(url: string, nodes: readonly TrinoNode[]): Promise<void> {
  const deadline = AbortSignal.timeout(READY_MS);
  for (;;) {
    const listed = await executeOn(
      url,
      "SELECT node_id FROM system.runtime.nodes WHERE state = 'active'",
      deadline,
    ).catch(() => []);
    const ids = listed.map(([id]) => id);
    if (nodes.every(({ id }) => ids.includes(id))) return;
    for (const each of nodes) each.checkAlive();
    if (deadline.aborted) {
      const said = nodes.map(({ id, lastWords }) => `${id}: ${lastWords}`).join('\n');
      throw new Error(`Trino was not ready within ${READY_MS / 1000} s: ${said}`);
    }
    await delay(POLL_MS);
  }
}

/** Runs a statement of the tests' own on a Trino, and waits for its end. @returns its rows */
export async function executeOn(url: string, sql: string, signal?: AbortSignal): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const until = signal === undefined ? {} : { signal };
  const begin = { method: 'POST', headers: { 'x-trino-user': 'tests' }, body: sql, ...until };
  let response = await fetch(`${url}/v1/statement`, begin);
  for (;;) {
    const { data, error, nextUri } = await response.json();
    if (error) throw new Error(`${error.errorName}: ${error.message}`);
    rows.push(...(data ?? []));
    if (nextUri === undefined) return rows;
    response = await fetch(nextUri, until);
  }
}

export interface ListedQuery {
  readonly queryId: string;
  readonly state: string;
  /** Once it has failed, or was cancelled. */
  readonly errorCode?: { readonly name: string };
  readonly query: string;
  readonly queryStats: Readonly<Record<string, unknown>>;
}

/** What the cluster knows of the queries that are marked by a comment, running or not. */
export function queriesOn(url: string, mark: string): Promise<readonly ListedQuery[]> {
  return queriesWith(url, `/* ${mark} */`);
}

/** The same of queries that have all of these texts in them. */
export async function queriesWith(url: string, ...texts: readonly string[]): Promise<readonly ListedQuery[]> {
  const response = await fetch(`${url}/v1/query`, { headers: { 'x-trino-user': 'tests' } });
  const all: readonly ListedQuery[] = await response.json();
  return all.filter(({ query }) => texts.every((text) => query.includes(text)));
}
