import { type DatasetView, isWhole } from '../dataset/view.ts';
import { DatasetChangedError, TelemetryError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { pause } from '../pace.ts';
import type { Answers } from './shared-answers.ts';
import type { Told, Topic } from './topic.ts';

/** Why a subscription is over. */
export type EndReason = 'client' | 'shutdown' | 'access' | 'error';

export interface SubscriptionParts {
  latest(): DatasetView | undefined;
  /** @param signal aborts with the subscription */
  answersOf(view: DatasetView, signal: AbortSignal): Answers;
  checkAccess(): Promise<void>;
  onEvent(): void;
  onEnd(facts: { readonly reason: EndReason; readonly events: number; readonly durationMs: number }): void;
  readonly log: Logger;
}

/** One event before it is sent. */
export interface LiveEvent<Payload> {
  readonly payload: Payload;
  /** What else is asked below it has to rest on. */
  readonly view: DatasetView;
  /** It is on its way. An event that is not sent, since its snapshot is gone, is made anew of the next. */
  sent(): void;
  /** It could not be answered, as its subscriber is told: what changed with it is told to whoever goes on from before. */
  failed(): void;
}

/**
 * What one subscriber is told, one event after the other as they are taken: while nobody takes, nothing is made, and the next
 * event then tells all that has changed since the last one. An iterator by hand, since a generator that waits cannot be ended.
 */
export class Subscription<Payload> implements AsyncIterableIterator<LiveEvent<Payload>, undefined> {
  private readonly topic: Topic<Payload>;
  private readonly parts: SubscriptionParts;
  private readonly startedMs = performance.now();
  private since: string | null;
  private events = 0;
  private readonly ended = new AbortController();
  private over: { readonly error?: unknown } | undefined;
  /** Views that are not to be asked again: of the version that is known, and what has failed. */
  private passed: DatasetView | undefined;
  private waiting: (() => void) | undefined;

  constructor(topic: Topic<Payload>, since: string | null, parts: SubscriptionParts) {
    this.topic = topic;
    this.since = since;
    this.parts = parts;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws once, why it was ended, when that is an error */
  async next(): Promise<IteratorResult<LiveEvent<Payload>, undefined>> {
    while (this.over === undefined) {
      const view = this.parts.latest();
      if (view === undefined || !this.isToAsk(view)) {
        await this.change();
        continue;
      }
      const told = await this.ask(view);
      await this.checkAccess();
      if (told === null || this.over !== undefined) continue;
      await pause();
      return { done: false, value: this.eventOf(view, told) };
    }
    const { error } = this.over;
    this.over = {};
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<LiveEvent<Payload>, undefined>> {
    this.end('client');
    return { done: true, value: undefined };
  }

  /** There may be another view. */
  wake(): void {
    this.waiting?.();
    this.waiting = undefined;
  }

  async checkAccess(): Promise<void> {
    try {
      await this.parts.checkAccess();
    } catch (error) {
      this.end('access', error);
    }
  }

  /** @param error what the subscriber is told */
  end(reason: EndReason, error?: unknown): void {
    if (this.over !== undefined) return;
    this.over = { error };
    this.topic.end?.();
    this.ended.abort();
    const durationMs = Math.round(performance.now() - this.startedMs);
    this.parts.onEnd({ reason, events: this.events, durationMs });
    this.wake();
  }

  private isToAsk(view: DatasetView): boolean {
    // Events wait for the first rollups of everything: from a part of them nobody could go on.
    if (view.warming || !isWhole(view) || view === this.passed) return false;
    return this.isFirst || view.version !== this.since;
  }

  private get isFirst(): boolean {
    return this.events === 0;
  }

  /** @returns null when there is nothing to tell of this view, or nothing could be found out */
  private async ask(view: DatasetView): Promise<Told<Payload> | null> {
    try {
      const answers = this.parts.answersOf(view, this.ended.signal);
      const told = await this.topic.next(answers, this.since, this.isFirst);
      if (told === null) this.since = view.version;
      return told;
    } catch (error) {
      if (this.over !== undefined) return null;
      this.passed = view;
      // The next view answers, which the refresh under way brings.
      if (error instanceof DatasetChangedError) return null;
      // Who has just asked is told why not. Who listens already hears of it when it is over.
      if (this.isFirst || !isPassing(error)) this.end('error', error);
      else
        this.parts.log.warn({ err: error, field: this.topic.field }, 'An event waits for the next listing');
      return null;
    }
  }

  private eventOf(view: DatasetView, { payload, keep }: Told<Payload>): LiveEvent<Payload> {
    this.passed = view;
    return {
      payload,
      view,
      sent: () => {
        this.since = view.version;
        this.events++;
        keep();
        this.parts.onEvent();
      },
      failed: () => this.end('error'),
    };
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof TelemetryError && error.status >= 502;
}
