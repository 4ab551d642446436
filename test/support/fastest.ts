/** How long it takes, ms: the best of some rounds, since the machine has other things to do. */
export async function fastest(work: () => unknown, rounds = 3): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}
