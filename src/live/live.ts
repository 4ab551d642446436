import type { Live, SeriesTailArgs } from '../../schema/context.ts';
import { isInScope, normalised } from '../access/device-scope.ts';
import type { DeviceScope } from '../access/viewer.ts';
import type { SubscriptionLimits } from '../config/limit-settings.ts';
import type { DatasetView } from '../dataset/view.ts';
import { ShuttingDownError, TooManySubscriptionsError } from '../errors.ts';
import { checkLength } from '../loaders/check-limit.ts';
import { checkVersion } from '../loaders/dataset-changes.ts';
import { checkSeriesArgs } from '../loaders/series-question.ts';
import type { DataParts } from '../loaders/telemetry.ts';
import type { Logger } from '../log.ts';
import { datasetTopic } from './dataset-topic.ts';
import { latestTopic } from './latest-topic.ts';
import { PrintBudget, seriesTopic } from './series-topic.ts';
import { type LiveGates, liveGates, SharedAnswers } from './shared-answers.ts';
import { type EndReason, Subscription } from './subscription.ts';
import type { Topic } from './topic.ts';

export interface LiveOptions {
  readonly dataset: WatchedDataset;
  readonly answers: DataParts;
  readonly limits: SubscriptionLimits;
  /** That the engine runs at a time. */
  readonly statements: number;
  readonly log: Logger;
  /** Told of each event that is sent, and of each subscription that is over. */
  readonly count?: {
    event(field: string): void;
    end(field: string, reason: EndReason): void;
  };
}

/** Where views come from. */
interface WatchedDataset {
  readonly latest: DatasetView | undefined;
  /** Has the listener called when another view may be there, and after each listing. @returns what ends that */
  watch(listener: () => void): () => void;
}

/** Who subscribes. */
export interface Subscriber {
  readonly viewer: string;
  readonly scope: DeviceScope | null;
  /** Where it was before its connection broke off, as it says beside the arguments. */
  readonly lastEventId: string | null;
  readonly requestId: string | undefined;
  /** @throws whatever the viewer would be told now, if they are not the one any more who was let in */
  check(): Promise<void>;
}

/**
 * All subscriptions of the process. A view that becomes current wakes them; each then asks what has changed for it, and what it
 * asks for others ask for too, so there are a few statements for each view, however many listen. What nobody takes is not made.
 */
export class LiveSubscriptions {
  private readonly options: LiveOptions;
  private readonly open = new Set<Subscription<unknown>>();
  private readonly ofViewer = new Map<string, number>();
  private readonly budget = new PrintBudget();
  private readonly gates: LiveGates;
  private readonly unwatch: () => void;
  private readonly checks: NodeJS.Timeout;
  private answers: SharedAnswers | undefined;
  private isEnding = false;

  constructor(options: LiveOptions) {
    this.options = options;
    this.gates = liveGates(options.statements);
    this.unwatch = options.dataset.watch(() => {
      for (const subscription of this.open) subscription.wake();
    });
    this.checks = setInterval(() => {
      for (const subscription of this.open) void subscription.checkAccess();
    }, options.limits.heartbeatMs).unref();
  }

  get size(): number {
    return this.open.size;
  }

  /** Somebody may subscribe. */
  get isOffered(): boolean {
    return this.options.limits.total > 0;
  }

  /** How often clients are sent a sign of life. */
  get heartbeatMs(): number {
    return this.options.limits.heartbeatMs;
  }

  /** What one subscriber may listen to. */
  for(subscriber: Subscriber): Live {
    const own = (deviceIds: readonly string[]) => {
      checkLength('subscribedDevices', 'deviceIds', deviceIds);
      const scope = subscriber.scope === null ? null : normalised(subscriber.scope);
      return scope === null ? deviceIds : deviceIds.filter((deviceId) => isInScope(scope, deviceId));
    };
    return {
      datasetChanged: (since) => this.begin(subscriber, since, () => datasetTopic(subscriber.scope)),
      latestReadings: (deviceIds, since) => this.begin(subscriber, since, () => latestTopic(own(deviceIds))),
      series: (deviceIds, args, since) =>
        this.begin(subscriber, since, () => seriesTopic(own(deviceIds), checkTail(args), this.budget)),
    };
  }

  /** Completes every subscription, and refuses new ones. */
  end(): void {
    this.isEnding = true;
    for (const subscription of this.open) subscription.end('shutdown');
  }

  close(): void {
    this.end();
    this.unwatch();
    clearInterval(this.checks);
  }

  /** @throws ArgumentError, TooManySubscriptionsError, ShuttingDownError */
  private begin<Payload>(
    subscriber: Subscriber,
    asked: string | null,
    topicOf: () => Topic<Payload>,
  ): Subscription<Payload> {
    const { lastEventId, viewer } = subscriber;
    const [argument, version] =
      lastEventId === null ? (['since', asked] as const) : (['Last-Event-ID', lastEventId] as const);
    const since = version === null ? null : checkVersion(argument, version);
    const topic = topicOf();
    if (this.isEnding) throw new ShuttingDownError('The service is stopping and takes no subscriptions');
    this.checkRoom(viewer);
    this.ofViewer.set(viewer, this.countOf(viewer) + 1);
    const subscription = new Subscription(topic, since, {
      latest: () => this.options.dataset.latest,
      answersOf: (view, signal) => this.answersOf(view).for({ viewer, signal }),
      checkAccess: () => subscriber.check(),
      onEvent: () => this.options.count?.event(topic.field),
      onEnd: (facts) => {
        this.open.delete(subscription);
        const left = this.countOf(viewer) - 1;
        if (left === 0) this.ofViewer.delete(viewer);
        else this.ofViewer.set(viewer, left);
        this.options.count?.end(topic.field, facts.reason);
        const { requestId } = subscriber;
        this.options.log.info({ requestId, viewer, field: topic.field, ...facts }, 'Subscription ended');
      },
      log: this.options.log,
    });
    this.open.add(subscription);
    return subscription;
  }

  private checkRoom(viewer: string): void {
    const { total, ofViewer } = this.options.limits;
    const refuse = (limit: string, asked: number, allowed: number, whose: string) => {
      throw new TooManySubscriptionsError(
        `expected at most ${allowed} subscriptions ${whose} at a time (limit ${limit}), but got: ${asked}. Several questions fit into fewer: latestReadings and series take lists of devices`,
        { limit, asked, allowed },
      );
    };
    if (this.countOf(viewer) >= ofViewer)
      refuse('viewerSubscriptions', this.countOf(viewer) + 1, ofViewer, 'of one viewer');
    if (this.open.size >= total) refuse('subscriptions', this.open.size + 1, total, 'of all viewers');
  }

  private countOf(viewer: string): number {
    return this.ofViewer.get(viewer) ?? 0;
  }

  /** The same ones for all, as long as the view is current. */
  private answersOf(view: DatasetView): SharedAnswers {
    const { answers } = this;
    if (answers?.answersFor(view)) return answers;
    this.answers = new SharedAnswers(view, this.options.answers, this.gates);
    return this.answers;
  }
}

function checkTail(args: SeriesTailArgs): SeriesTailArgs {
  checkSeriesArgs({ ...args, maxPoints: null, fill: 'null' });
  return args;
}
