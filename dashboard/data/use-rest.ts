import { askRest } from './ask.ts';
import { type Answer, useAsked } from './use-asked.ts';

/** What a path of REST answers; see `useAsked`. Tables may be large, so none is kept. @param path null: not yet */
export function useRest<Data>(path: string | null): Answer<Data> {
  return useAsked(
    path === null ? null : { name: path, isKept: false, ask: (signal) => askRest<Data>(path, signal) },
  );
}
