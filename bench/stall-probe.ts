/**
 * Preloaded into the service: answers any message with the longest time for which nothing else was done since the last
 * one, in milliseconds.
 */
export interface Stall {
  readonly byClock: number;
  /** What the thread computed meanwhile: on a machine that does other things too, that is the service's share. */
  readonly computed: number;
}

const EVERY_MS = 1;

let worst: Stall;
let last: { readonly at: number; readonly computed: number };

function begin(): void {
  worst = { byClock: 0, computed: 0 };
  last = now();
}

function now() {
  const { user, system } = process.threadCpuUsage();
  return { at: performance.now(), computed: (user + system) / 1000 };
}

begin();
setInterval(() => {
  const next = now();
  worst = {
    byClock: Math.max(worst.byClock, next.at - last.at - EVERY_MS),
    computed: Math.max(worst.computed, next.computed - last.computed),
  };
  last = next;
}, EVERY_MS).unref();

process.on('message', () => {
  process.send?.(worst);
  begin();
});
// Waiting for messages must not keep the service from ending.
process.channel?.unref();
