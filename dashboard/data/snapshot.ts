import { signal } from '@preact/signals';
import { SnapshotDocument, type SnapshotQuery } from '../generated/graphql.ts';
import { ask } from './ask.ts';
import { Failure, UNREACHABLE } from './failure.ts';
import { credential, signInReason } from './session.ts';

/**
 * The snapshot that the service answers from now. Views ask again when it changes. One voice tells of it: if every answer did,
 * two processes behind one address, one of which is a moment behind, would have all views ask in turns.
 */
export const snapshotVersion = signal<string | null>(null);
/** What the watch has heard last; null before it has. */
export const snapshot = signal<SnapshotQuery['dataset'] | null>(null);
/** The watch had no answer when it asked last. */
export const isUnreachable = signal(false);

const USUAL_MS = 15_000;
/** While the next snapshot is being made, or the service is away. */
const SOON_MS = 2_000;

/** "The data set is now of version …": the one place that has views ask again. */
function noteSnapshot(version: string): void {
  snapshotVersion.value = version;
}

/** Asks which snapshot there is, while the page is looked at. @returns what ends it */
export function watchSnapshot(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  const next = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(look, ms);
  };
  const look = async () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden' || signInReason.value !== null) return;
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    try {
      const { data } = await ask(SnapshotDocument, {}, mine.signal);
      isUnreachable.value = false;
      snapshot.value = data.dataset;
      noteSnapshot(data.dataset.version);
      next(data.dataset.progress === null ? USUAL_MS : SOON_MS);
    } catch (error) {
      if (mine.signal.aborted) return;
      isUnreachable.value = error instanceof Failure && error.code === UNREACHABLE;
      next(isUnreachable.value ? SOON_MS : USUAL_MS);
    }
  };

  document.addEventListener('visibilitychange', look);
  const stopListening = credential.subscribe(() => void look());
  return () => {
    document.removeEventListener('visibilitychange', look);
    stopListening();
    clearTimeout(timer);
    asking?.abort();
  };
}
