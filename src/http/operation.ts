import type { Telemetry } from '../../schema/context.ts';
import { DatasetChangedError } from '../errors.ts';

/** One attempt at a question: its read path, and the end of whatever it still has running. */
interface Attempt {
  readonly telemetry: Telemetry;
  /** Interrupts its statements: an answer that is out, or given up, needs none of them any more. */
  end(): void;
  /** Waits for what can answer where this attempt could not: the next snapshot, or the first rollups. */
  next(): Promise<void>;
}

export interface Operations {
  /** Over the current snapshot. */
  begin(signal: AbortSignal): Attempt;
}

/** An object may change again under the second attempt; one that changes all the time is told as what it is. */
const MOST_RENEWALS = 3;

/**
 * An object that changes under an operation spoils its snapshot. Since the API only reads, the whole operation is
 * simply asked once more, of the next snapshot, so that its fields still agree with each other.
 *
 * @param ask answers, or throws
 * @param isSpoilt for answers that carry their errors
 */
export async function answerFromOneSnapshot<T>(
  operations: Operations,
  signal: AbortSignal,
  ask: (telemetry: Telemetry) => Promise<T>,
  isSpoilt: (answer: T) => boolean = () => false,
): Promise<T> {
  for (let renewal = 0; ; renewal++) {
    const attempt = operations.begin(signal);
    try {
      const answer = await ask(attempt.telemetry);
      if (renewal === MOST_RENEWALS || !isSpoilt(answer)) return answer;
    } catch (error) {
      if (renewal === MOST_RENEWALS || !(error instanceof DatasetChangedError)) throw error;
    } finally {
      attempt.end();
    }
    await attempt.next();
  }
}
