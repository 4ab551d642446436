import { batch } from '@preact/signals';
import {
  SnapshotChangesDocument,
  type SnapshotChangesSubscription,
  SnapshotDocument,
} from '../generated/graphql.ts';
import { ask } from './ask.ts';
import { type Failure, failureOf, UNREACHABLE } from './failure.ts';
import { listen } from './listen.ts';
import { isRefusal, jittered, reconnectDelay } from './reconnect.ts';
import { service } from './service.ts';
import { credential, signInReason } from './session.ts';
import {
  isLive,
  isProgressShown,
  isUnreachable,
  looksWanted,
  noteSnapshot,
  snapshot,
  snapshotFailure,
  snapshotVersion,
} from './snapshot.ts';

const USUAL_MS = 15_000;
/** While the next snapshot is being made, the service is away, or a stream has not said anything yet. */
const SOON_MS = 2_000;
/** A stream that has held for so long is no failed try. */
const HELD_MS = 30_000;

type DatasetChanged = SnapshotChangesSubscription['datasetChanged'];

/** Keeps what is known of the snapshot up to date while the page is looked at. @returns what ends it */
export function watchSnapshot(): () => void {
  const watch = new Watch();
  const look = () => watch.begin();
  document.addEventListener('visibilitychange', look);
  const stops = [
    credential.subscribe(() => watch.beginAnew()),
    isProgressShown.subscribe((isShown) => {
      if (isShown) watch.look();
    }),
    looksWanted.subscribe((count) => {
      if (count > 0) watch.lookUnlessTold();
    }),
  ];
  return () => {
    document.removeEventListener('visibilitychange', look);
    for (const stop of stops) stop();
    watch.halt();
  };
}

/** Listens to the one stream of the page, and asks where that tells nothing. */
class Watch {
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #listenTimer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #stream: AbortController | undefined;
  /** The stream has told of a snapshot, so it will tell of the next one. */
  #isOpen = false;
  #tries = 0;
  /** Until then a service that has refused it is not asked for a stream, however often somebody comes back. */
  #refusedUntil = 0;

  beginAnew(): void {
    this.halt();
    this.#tries = 0;
    this.#refusedUntil = 0;
    this.begin();
  }

  begin(): void {
    if (!isWatched()) {
      this.halt();
      return;
    }
    if (this.#stream !== undefined) return;
    const wait = this.#refusedUntil - Date.now();
    if (service.heartbeatSeconds === null || wait > 0) {
      this.look();
      this.#listenIn(wait);
    } else {
      // A page that was live goes on where it was, and is told at once.
      if (isLive.value || snapshot.value === null) this.#lookIn(SOON_MS);
      else this.look();
      void this.#listen();
    }
  }

  halt(): void {
    clearTimeout(this.#lookTimer);
    clearTimeout(this.#listenTimer);
    this.#asking?.abort();
    this.#stream?.abort();
    this.#stream = undefined;
    this.#isOpen = false;
  }

  look(): void {
    clearTimeout(this.#lookTimer);
    if (isWatched()) void this.#ask();
  }

  /** A stream tells of the next snapshot by itself, and sooner. */
  lookUnlessTold(): void {
    if (!this.#isOpen) this.look();
  }

  async #ask(): Promise<void> {
    this.#asking?.abort();
    const mine = new AbortController();
    this.#asking = mine;
    try {
      const { data } = await ask(SnapshotDocument, {}, mine.signal);
      const wasAway = isUnreachable.value;
      batch(() => this.#answered(data.dataset));
      if (wasAway && this.#stream === undefined) this.#listenIn(0);
    } catch (error) {
      if (mine.signal.aborted) return;
      batch(() => this.#failed(error));
    }
    this.#lookAgain();
  }

  #answered(dataset: DatasetChanged['dataset']): void {
    isUnreachable.value = false;
    snapshotFailure.value = undefined;
    // The stream is the voice then, and this may be another process that is a moment behind.
    const told = this.#isOpen ? snapshotVersion.value : null;
    snapshot.value = { ...dataset, version: told ?? dataset.version };
    if (told !== null) return;
    isLive.value = false;
    noteSnapshot({ since: snapshotVersion.value, version: dataset.version, devices: null });
  }

  #failed(error: unknown): void {
    if (this.#isOpen) return;
    isLive.value = false;
    const failure = failureOf(error);
    snapshotFailure.value = failure;
    isUnreachable.value = failure.code === UNREACHABLE;
  }

  async #listen(): Promise<void> {
    clearTimeout(this.#listenTimer);
    this.#stream?.abort();
    const mine = new AbortController();
    this.#stream = mine;
    let openedAt = Number.POSITIVE_INFINITY;
    let failure: Failure | undefined;
    try {
      const since = snapshotVersion.value;
      await listen(SnapshotChangesDocument, { since }, mine.signal, ({ datasetChanged }) => {
        openedAt = Math.min(openedAt, Date.now());
        this.#isOpen = true;
        batch(() => heard(datasetChanged));
        this.#lookAgain();
      });
    } catch (error) {
      failure = failureOf(error);
    }
    if (mine.signal.aborted) return;
    this.#stream = undefined;
    this.#isOpen = false;
    if (Date.now() - openedAt > HELD_MS) this.#tries = 0;
    const delay = reconnectDelay(failure, this.#tries++);
    if (isRefusal(failure)) {
      this.#refusedUntil = Date.now() + delay;
      this.look();
    } else this.#lookIn(jittered(SOON_MS));
    this.#listenIn(delay);
  }

  /** After an answer or an event. */
  #lookAgain(): void {
    const isMaking = snapshot.value !== null && snapshot.value.progress !== null;
    if (isUnreachable.value || isMaking) this.#lookIn(SOON_MS);
    else if (!this.#isOpen || isProgressShown.value) this.#lookIn(USUAL_MS);
    else clearTimeout(this.#lookTimer);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => this.look(), ms);
  }

  #listenIn(ms: number): void {
    if (service.heartbeatSeconds === null) return;
    clearTimeout(this.#listenTimer);
    // While nothing answers, asking finds out when it does.
    const listen = () => {
      if (isWatched() && !isUnreachable.value) void this.#listen();
    };
    this.#listenTimer = setTimeout(listen, ms);
  }
}

function isWatched(): boolean {
  return document.visibilityState !== 'hidden' && signInReason.value === null;
}

function heard({ since, version, complete, dataset, devices }: DatasetChanged): void {
  const { edges, totalCount } = devices;
  const areNamed = complete && edges.length === totalCount;
  isUnreachable.value = false;
  snapshotFailure.value = undefined;
  isLive.value = true;
  snapshot.value = dataset;
  noteSnapshot({
    since,
    version,
    devices: areNamed ? new Set(edges.map(({ node }) => node.deviceId)) : null,
  });
}
