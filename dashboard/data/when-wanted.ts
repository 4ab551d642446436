import type { ReadonlySignal } from '@preact/signals';
import { isUnreachable, snapshotVersion } from './snapshot.ts';

/**
 * Acts once, after so long; not while nobody sees the page, but as soon as somebody does. Sooner when the watch hears that the service is
 * there again, or has another snapshot, but never sooner than `atLeast` ms.
 * @returns what ends it
 */
export function whenWanted(ms: number, act: () => void, atLeast = 0): () => void {
  let isDue = false;
  const earliest = Date.now() + atLeast;
  const stop = () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', looked);
    for (const end of ends) end();
  };
  const go = () => {
    isDue = true;
    if (document.visibilityState === 'hidden') return;
    stop();
    act();
  };
  const looked = () => {
    if (isDue) go();
  };
  const hasten = () => {
    const wait = earliest - Date.now();
    if (wait <= 0) return go();
    clearTimeout(timer);
    timer = setTimeout(go, wait);
  };
  let timer = setTimeout(go, ms);
  document.addEventListener('visibilitychange', looked);
  const ends = [
    onChange(isUnreachable, (isAway) => {
      if (!isAway) hasten();
    }),
    onChange(snapshotVersion, hasten),
  ];
  return stop;
}

/** Not told of the value of now, as `subscribe` does. */
function onChange<Value>(signal: ReadonlySignal<Value>, changed: (value: Value) => void): () => void {
  let isFirst = true;
  return signal.subscribe((value) => {
    if (!isFirst) changed(value);
    isFirst = false;
  });
}
