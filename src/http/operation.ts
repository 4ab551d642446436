import type { Telemetry } from '../../schema/context.ts';
import type { DatasetView } from '../dataset/view.ts';
import { DatasetChangedError } from '../errors.ts';
import type { TableExports } from '../loaders/table-exports.ts';
import { currentActivity } from '../observe/scope.ts';

/** One attempt at a question: its read path, and the end of whatever it still has running. */
export interface Attempt {
  readonly telemetry: Telemetry;
  /** Of the same snapshot. */
  readonly exports: TableExports;
  /** Interrupts its statements: an answer that is out, or given up, needs none of them any more. */
  end(): void;
  /** Waits for what can answer where this attempt could not: the next snapshot, or the first rollups. */
  next(): Promise<void>;
}

export interface Operations {
  /**
   * Over the current snapshot, and of it what whoever sent the request may see, until that goes away.
   * @param over another one than the current
   */
  begin(request: Request, over?: DatasetView): Attempt;
  /** The most bytes of an answer in JSON. */
  readonly maxAnswerBytes: number;
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
  request: Request,
  ask: (telemetry: Telemetry) => Promise<T>,
  isSpoilt?: (answer: T) => boolean,
): Promise<T> {
  const { answer, attempt } = await openFromOneSnapshot(
    operations,
    request,
    ({ telemetry }) => ask(telemetry),
    isSpoilt,
  );
  attempt.end();
  return answer;
}

/** The same for an answer that goes on after it has begun: whoever has read it to its end ends the attempt. */
export async function openFromOneSnapshot<T>(
  operations: Operations,
  request: Request,
  open: (attempt: Attempt) => Promise<T>,
  isSpoilt: (answer: T) => boolean = () => false,
): Promise<{ readonly answer: T; readonly attempt: Attempt }> {
  const activity = currentActivity();
  for (let renewal = 0; ; renewal++) {
    if (activity !== undefined) activity.attempts++;
    const attempt = operations.begin(request);
    try {
      const answer = await open(attempt);
      if (renewal === MOST_RENEWALS || !isSpoilt(answer)) return { answer, attempt };
    } catch (error) {
      attempt.end();
      if (renewal === MOST_RENEWALS || !(error instanceof DatasetChangedError)) throw error;
    }
    attempt.end();
    await attempt.next();
  }
}
