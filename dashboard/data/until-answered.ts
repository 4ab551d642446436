import { type Failure, failureOf } from './failure.ts';
import { behindDelay, leastDelay, retryDelay } from './retry.ts';
import { whenWanted } from './when-wanted.ts';

interface Progress<Answer> {
  begun(): void;
  answered(answer: Answer): void;
  /** Whether what was answered is of another snapshot than the page knows. */
  isBehind(): boolean;
  failed(failure: Failure): void;
}

/**
 * Asks, and asks again after each failure that may pass, and a few times while the answer is of another snapshot, until nobody looks any
 * more. @returns what ends it
 */
export function askUntilAnswered<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { begun, answered, isBehind, failed }: Progress<Answer>,
): () => void {
  const asking = new AbortController();
  let stopWaiting = () => {};
  let failures = 0;
  let timesBehind = 0;
  const askIn = (ms: number | undefined, isWanted: () => boolean, atLeast = 0) => {
    if (ms === undefined) return;
    const act = () => {
      if (isWanted()) void run();
    };
    stopWaiting = whenWanted(ms, act, atLeast);
  };
  const run = async () => {
    begun();
    try {
      const answer = await ask(asking.signal);
      if (asking.signal.aborted) return;
      failures = 0;
      answered(answer);
    } catch (error) {
      if (asking.signal.aborted) return;
      const failure = failureOf(error);
      failed(failure);
      askIn(retryDelay(failure, failures++), () => true, leastDelay(failure));
      return;
    }
    // Another process may have caught up meanwhile, and so may the page.
    if (isBehind()) askIn(behindDelay(timesBehind++), isBehind);
  };
  void run();
  return () => {
    stopWaiting();
    asking.abort();
  };
}
