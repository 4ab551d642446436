import { useEffect, useState } from 'preact/hooks';
import { askRest } from '../../data/ask.ts';
import { Failure, retryDelay } from '../../data/failure.ts';
import { credential } from '../../data/session.ts';
import { snapshotVersion } from '../../data/snapshot.ts';
import type { Answer } from '../../data/use-answer.ts';

interface State<Data> {
  readonly data?: Data;
  readonly of?: string;
  readonly failure?: Failure;
  readonly isAsking: boolean;
}

/** What a path of REST answers, asked again with each snapshot. @param path null: not yet */
export function useRest<Data>(path: string | null): Answer<Data> {
  const [state, setState] = useState<State<Data>>({ isAsking: path !== null });
  const [tries, setTries] = useState(0);
  const version = snapshotVersion.value;
  const key = credential.value;

  // A new snapshot, another key and another try ask anew.
  useEffect(() => {
    if (path === null) {
      setState({ isAsking: false });
      return;
    }
    const asking = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      setState((last) => (last.of === path ? { ...last, isAsking: true } : { isAsking: true }));
      try {
        setState({ data: await askRest<Data>(path, asking.signal), of: path, isAsking: false });
      } catch (error) {
        if (asking.signal.aborted) return;
        const failure = error instanceof Failure ? error : new Failure('DEFECT', String(error));
        setState({ failure, of: path, isAsking: false });
        const delay = retryDelay(failure);
        if (delay !== undefined) timer = setTimeout(run, delay);
      }
    };
    void run();
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [path, version, key, tries]);

  return {
    data: state.data,
    isCurrent: state.of === path,
    failure: state.failure,
    isAsking: state.isAsking,
    again: () => setTries((count) => count + 1),
  };
}
