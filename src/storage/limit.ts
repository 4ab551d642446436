/** Runs at most `most` tasks at a time, the others in the order they came. */
export function createLimit(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The slot is handed over rather than freed, so that no newcomer takes it first.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
