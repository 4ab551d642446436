import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from './data.ts';
import { CACHE, ROOT } from './options.ts';

export interface Child {
  readonly url: string;
  /** From its start until it was ready, s. */
  readonly seconds: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const STOP_MS = 15_000;
const POLL_MS = 10;
const READY_MS = 1_200_000;

/** Nothing of the caller's own settings, so that two machines measure the same. */
const environment = (settings: Settings) => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ...settings,
});

/**
 * The service as `npm start` runs it; resolves when summaries come from rollups.
 * @param nodeOptions before the script's name; given: the process also has a channel for messages
 */
export async function startService(settings: Settings, nodeOptions?: readonly string[]): Promise<Child> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [...(nodeOptions ?? []), path.join(ROOT, 'src/main.ts')], {
    // Away from the root, where a `.env` may lie.
    cwd: CACHE,
    env: environment({ PORT: String(port), LOG_LEVEL: 'error', REFRESH_SECONDS: '86400', ...settings }),
    stdio: ['ignore', 'inherit', 'inherit', ...(nodeOptions === undefined ? [] : (['ipc'] as const))],
  });
  const stop = stopper(child);
  const deadline = AbortSignal.timeout(READY_MS);
  while (!(await isRolledUp(url))) {
    deadline.throwIfAborted();
    if (child.exitCode !== null) throw new Error(`The service ended with ${child.exitCode}`);
    await delay(POLL_MS);
  }
  return { url, seconds: (performance.now() - started) / 1000, process: child, stop };
}

/** A server of this folder, which sends its port when it listens. */
export async function startBenchServer(file: string, settings: Settings, input: object = {}): Promise<Child> {
  const started = performance.now();
  const child = fork(path.join(import.meta.dirname, file), {
    cwd: CACHE,
    env: environment(settings),
    execArgv: [],
  });
  const stop = stopper(child);
  child.send(input);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`)));
  const [port] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  const seconds = (performance.now() - started) / 1000;
  return { url: `http://127.0.0.1:${port}`, seconds, process: child, stop };
}

export async function ask(url: string, query: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
  if (errors !== undefined || !data) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return data;
}

async function isRolledUp(url: string): Promise<boolean> {
  const answer = await ask(url, '{ dataset { rolledUp } }').catch(() => undefined);
  return (answer?.['dataset'] as { rolledUp: boolean } | undefined)?.rolledUp === true;
}

function stopper(child: ChildProcess): () => Promise<void> {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return async () => {
    process.removeListener('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(kill, STOP_MS);
    await ended.catch(() => undefined);
    clearTimeout(timer);
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('expected a port');
  return address.port;
}
