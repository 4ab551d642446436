import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LISTENING = /GraphiQL is at (http:\/\/\S+)\/graphql/;

export interface ServerProcess {
  readonly url: string;
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

function start(environment: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The server as `npm start` runs it, in a process of its own, once it says where it listens. */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const child = start(environment);
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
  return { url, lines, exit, kill: (signal) => child.kill(signal) };
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
