import type { RollupProgress } from '../dataset/rollup-keeper.ts';
import type { DatasetView } from '../dataset/view.ts';
import { startDeadline } from '../engine/deadline.ts';
import { DatasetEmptyError, ShuttingDownError, StorageUnavailableError, WarmingUpError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import type { RouteHandler, Routes } from './plugins/use-routes.ts';
import { problemOf, problemResponse } from './problem.ts';

export interface HealthOptions {
  /** Strangers may ask, who are told whether and not why. */
  readonly brief: boolean;
  currentView(signal: AbortSignal): Promise<DatasetView>;
  /** Unset: there is none yet. */
  latestView(): DatasetView | undefined;
  progress(): RollupProgress | null;
  /** The process finishes what runs, and is to get no new requests. */
  isStopping(): boolean;
  readonly storage: Storage;
  readonly log: Logger;
}

/** Whoever asks does so every few seconds, and gives up sooner than a store that hangs. */
const PATIENCE_MS = 5_000;
/** However often it is asked, and it may be by strangers, the store is asked once in this time. */
const SHARED_MS = 1_000;

/** `/health`: the process lives. `/ready`: summaries are answered, and an object of the snapshot can really be read. */
export function healthRoutes(options: HealthOptions): Routes {
  const ready = readiness(options);
  return {
    '/health': () => Response.json({ status: 'ok' }),
    '/ready': options.brief ? withoutDetails(ready, options.log) : ready,
  };
}

function readiness(options: HealthOptions): RouteHandler {
  const { currentView, latestView, progress, isStopping, storage } = options;
  const probe = sharedProbe(storage);
  // Where there is none yet, whoever asks for it begins a listing.
  const firstView = shared(() => currentView(AbortSignal.timeout(PATIENCE_MS)));
  return async () => {
    if (isStopping()) throw new ShuttingDownError('The process was told to end; it finishes what runs');
    const view = latestView() ?? (await firstView());
    const { version, snapshot, entries, quarantined, rollups, warming, coverage } = view;
    const object = entries[0]?.object;
    if (object === undefined) {
      throw new DatasetEmptyError(
        quarantined.length === 0
          ? 'There are no Parquet objects under the prefix yet'
          : `None of the ${quarantined.length} objects can be read: ${quarantined[0]?.reason}`,
      );
    }
    if (warming) {
      throw new WarmingUpError('The first rollups are being built; summaries wait for them', {
        coverage,
        progress: snakeProgress(progress()),
      });
    }
    await probe(object);
    return Response.json({
      status: 'ready',
      version,
      objects: snapshot.objects.length,
      quarantined: quarantined.length,
      rolled_up: rollups !== null,
      coverage,
      progress: snakeProgress(progress()),
    });
  };
}

/** The code of what is wrong stays; messages name keys of objects, and buckets. */
function withoutDetails(ready: RouteHandler, log: Logger): RouteHandler {
  return async (request, url) => {
    try {
      await ready(request, url);
      return Response.json({ status: 'ready' });
    } catch (error) {
      const problem = problemOf(error);
      log.info({ err: error }, 'Not ready');
      return problemResponse({ ...problem, details: {}, message: 'Not ready; the log has the reason' });
    }
  };
}

/** Whether an object can be read, as it was found at most `SHARED_MS` ago. */
function sharedProbe(storage: Storage): (object: StoredObject) => Promise<void> {
  let last: { readonly object: StoredObject; readonly read: () => Promise<void> } | undefined;
  return (object) => {
    if (last?.object !== object) last = { object, read: shared(() => readWithinPatience(storage, object)) };
    return last.read();
  };
}

/** All who ask share what comes of it, until it is `SHARED_MS` old. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined;
  const forget = () => {
    last = undefined;
  };
  const forgetSoon = () => void setTimeout(forget, SHARED_MS).unref();
  return () => {
    if (last === undefined) {
      last = ask();
      last.then(forgetSoon, forgetSoon);
    }
    return last;
  };
}

async function readWithinPatience(storage: Storage, object: StoredObject): Promise<void> {
  const late = () => new StorageUnavailableError(`The store did not answer within ${PATIENCE_MS / 1000} s`);
  const deadline = startDeadline(PATIENCE_MS, late);
  try {
    await storage.readRange(object, 0, 4, { signal: deadline.signal });
  } finally {
    deadline.clear();
  }
}

function snakeProgress(progress: RollupProgress | null) {
  return (
    progress && {
      objects: progress.objects,
      objects_done: progress.objectsDone,
      bytes: progress.bytes,
      bytes_done: progress.bytesDone,
      seconds_left: progress.secondsLeft,
    }
  );
}
