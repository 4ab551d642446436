import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { onTestFinished } from 'vitest';

type Told = Readonly<Record<string, number>>;

/**
 * Clients that never rest, in a process of their own, so that their work is not measured with that of whoever is asked
 * besides. Resolves once as many answers have come as there are clients.
 * @returns tells how many answers there were so far, by status, and failures, by message
 */
export async function hammer(url: string, clients: number): Promise<() => Promise<Told>> {
  const child = fork(path.join(import.meta.dirname, 'hammering-process.ts'), [url, String(clients)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return async () => {
    const told = once(child, 'message');
    child.send('tell');
    const [counts] = await told;
    return counts as Told;
  };
}
