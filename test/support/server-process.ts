import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LISTENING = / is at (http:\/\/\S+)\/graphql/;

export interface ServerProcess {
  readonly url: string;
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

interface StartOptions {
  /** What Node.js is given. */
  readonly command?: readonly string[];
  readonly cwd?: string;
}

function start(
  environment: Readonly<Record<string, string>>,
  before = '',
  { command = ['src/main.ts'], cwd = ROOT }: StartOptions = {},
): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn('bash', ['-c', `${before}\nexec "$0" "$@"`, process.execPath, ...command], {
    cwd,
    env: { PATH, HOME, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * The server as `npm start` runs it, in a process of its own, once it says where it listens.
 * @param before what the shell does first, such as setting a limit
 */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
  before?: string,
  options?: StartOptions,
): Promise<ServerProcess> {
  const child = start(environment, before, options);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      const found = LISTENING.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    exit.then((code) => reject(new Error(`The server ended with ${code}: ${stderr}`)));
  });
  return { url, lines, exit, pid: child.pid ?? 0, kill: (signal) => child.kill(signal) };
}

/** A start that fails: what it prints to stderr, and its exit code. */
export async function failedStart(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stderr: string }> {
  const child = start(environment);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}
