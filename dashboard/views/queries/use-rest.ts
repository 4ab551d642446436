import { useEffect, useState } from 'preact/hooks';
import { askRest } from '../../data/ask.ts';
import type { Failure } from '../../data/failure.ts';
import { credential } from '../../data/session.ts';
import { snapshotVersion } from '../../data/snapshot.ts';
import { askUntilAnswered } from '../../data/until-answered.ts';
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
    return askUntilAnswered((signal) => askRest<Data>(path, signal), {
      begun: () => setState((last) => (last.of === path ? { ...last, isAsking: true } : { isAsking: true })),
      answered: (data) => setState({ data, of: path, isAsking: false }),
      failed: (failure) => setState({ failure, of: path, isAsking: false }),
    });
  }, [path, version, key, tries]);

  return {
    data: state.data,
    isCurrent: state.of === path,
    failure: state.failure,
    isAsking: state.isAsking,
    again: () => setTries((count) => count + 1),
  };
}
