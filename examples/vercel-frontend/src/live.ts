import { createClient } from 'graphql-sse';
import { useEffect, useRef, useState } from 'react';
import { DatasetChangedDocument } from './documents.ts';
import type { DatasetChangedSubscription } from './gql/graphql.ts';
import { hashOf } from './hash-of.ts';

/** One stream for each subscription. One that breaks off is tried again for as long as the page is open. */
const events = createClient({ url: '/api/graphql', retryAttempts: Number.POSITIVE_INFINITY });
/** Until one that the service has ended, as it does before it is replaced, is opened anew. */
const PAUSE_MS = 5_000;

/**
 * Asks again once there is other data than that of this version. Whatever comes between two streams is not missed: each goes on
 * from the version that the page shows.
 * @param version that of the answer; undefined: there is none yet
 */
export function useNewData(version: string | undefined, refetch: () => void): void {
  const latest = useRef(refetch);
  latest.current = refetch;
  const [ended, end] = useState(0);
  useEffect(() => {
    if (version === undefined) return undefined;
    const persistedQuery = { version: 1, sha256Hash: hashOf(DatasetChangedDocument) };
    let left = false;
    let pause: ReturnType<typeof setTimeout> | undefined;
    const leave = events.subscribe<DatasetChangedSubscription>(
      { query: '', variables: { since: version }, extensions: { persistedQuery } },
      {
        next: ({ data }) => {
          if (data && data.datasetChanged.version !== version) latest.current();
        },
        // What is shown stays; a reload tries again.
        error: (error) => console.warn('No live data:', error),
        complete: () => {
          // Also called once it is left.
          if (!left) pause = setTimeout(() => end(ended + 1), PAUSE_MS);
        },
      },
    );
    return () => {
      left = true;
      leave();
      clearTimeout(pause);
    };
  }, [version, ended]);
}
