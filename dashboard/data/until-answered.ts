import { Failure, retryDelay } from './failure.ts';

interface Progress<Answer> {
  begun(): void;
  answered(answer: Answer): void;
  failed(failure: Failure): void;
}

/** Asks, and asks again after each failure that may pass, until it is answered or nobody looks any more. @returns what ends it */
export function askUntilAnswered<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { begun, answered, failed }: Progress<Answer>,
): () => void {
  const asking = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = async () => {
    begun();
    try {
      answered(await ask(asking.signal));
    } catch (error) {
      if (asking.signal.aborted) return;
      const failure = error instanceof Failure ? error : new Failure('DEFECT', String(error));
      failed(failure);
      const delay = retryDelay(failure);
      if (delay !== undefined) timer = setTimeout(run, delay);
    }
  };
  void run();
  return () => {
    clearTimeout(timer);
    asking.abort();
  };
}
