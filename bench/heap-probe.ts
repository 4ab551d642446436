/**
 * Preloaded into the service, with `--expose-gc`: answers any message with what is still held after a full collection.
 */
export interface Held {
  /** Bytes of JavaScript objects, and of what they hold outside of the heap. */
  readonly heap: number;
  /** Bytes of the whole process, DuckDB's included. */
  readonly resident: number;
}

process.on('message', () => {
  // The first collection may only queue finalizers.
  for (let turn = 0; turn < 2; turn++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const held: Held = { heap: heapUsed + external, resident: rss };
  process.send?.(held);
});
// Waiting for messages must not keep the service from ending.
process.channel?.unref();
