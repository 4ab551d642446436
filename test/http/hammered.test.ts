import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { hammer } from '../support/hammer.ts';
import { serverOver } from '../support/server-over.ts';

/** That never rest: each of their refusals is work that a request besides has to wait for. */
const CLIENTS = 100;
/** How long `/health` may take. */
const MOST_MS = 100;
const ROUNDS = 3;
/** Of each round, one after the other. */
const PROBES = 9;

const middleOf = (durations: readonly number[]) =>
  durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)] ?? 0;

/** What the process has had of all CPUs so far. */
async function cpuMsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  // Linux tells hundredths of a second.
  return ticks * 10;
}

test('health answers within 100 ms while a hundred clients ask again as soon as they are refused', async () => {
  const server = await serverOver('plain', {
    OPERATIONS_MAX_CONCURRENT: '1',
    OPERATIONS_MAX_QUEUED: '4',
    RESPONSE_CACHE_MAX_BYTES: '0',
  });
  onTestFinished(() => server.close());
  const told = await hammer(`${server.url}/daily-summary`, CLIENTS);
  const rounds: number[] = [];
  let counts = await told();
  for (let round = 0; round < ROUNDS; round++) {
    const cpuMs = await cpuMsOf(server.pid);
    const durations: number[] = [];
    for (let probe = 0; probe < PROBES; probe++) {
      const asked = performance.now();
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
      durations.push(performance.now() - asked);
    }
    // Where other programs have the CPUs meanwhile, the server's own time counts.
    const ownMs = ((await cpuMsOf(server.pid)) - cpuMs) / PROBES;
    rounds.push(Math.min(middleOf(durations), ownMs));
    const before = counts['503'] ?? 0;
    counts = await told();
    // The clients have not rested: so many times was each of them refused.
    expect((counts['503'] ?? 0) - before).toBeGreaterThan(CLIENTS);
  }
  // What else the machine does makes a round slower, and none faster.
  expect(Math.min(...rounds)).toBeLessThan(MOST_MS);
  expect(Object.keys(counts).toSorted()).toEqual(['200', '503']);
});
