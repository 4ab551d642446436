import type { Answers } from './shared-answers.ts';

/** What one subscriber is told of a view. */
export interface Told<Payload> {
  readonly payload: Payload;
  /** It has been sent: from now on it is what the subscriber knows. */
  keep(): void;
}

/** What one subscription is about, and what its subscriber has been told of it. */
export interface Topic<Payload> {
  /** As the schema has it. */
  readonly field: string;
  /**
   * @param since the version that the subscriber knows; null: none
   * @param isFirst there has been no event yet: then there is something to tell in any case
   * @returns null when there is nothing to tell
   */
  next(answers: Answers, since: string | null, isFirst: boolean): Promise<Told<Payload> | null>;
  /** Gives back what it keeps. */
  end?(): void;
}

/** Devices in one order, nothing twice. */
export function distinctInOrder(deviceIds: readonly string[]): string[] {
  return [...new Set(deviceIds)];
}
