import { useEffect, useRef, useState } from 'preact/hooks';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { ask } from './ask.ts';
import type { Failure } from './failure.ts';
import { KeptAnswers } from './kept-answers.ts';
import { credential, signInReason } from './session.ts';
import { areUntouched, snapshotVersion } from './snapshot.ts';
import { askUntilAnswered } from './until-answered.ts';

export interface Answer<Data> {
  /** The last one, though it may be of other variables or an older snapshot while the next one is asked for. */
  readonly data: Data | undefined;
  /** It answers the variables of now. */
  readonly isCurrent: boolean;
  readonly failure: Failure | undefined;
  readonly isAsking: boolean;
  again(): void;
}

interface State<Data> {
  readonly data?: Data;
  readonly of?: string;
  readonly failure?: Failure | undefined;
  readonly isAsking: boolean;
}

/** The same question about the same snapshot has the same answer, so going back to a page asks nothing. */
const kept = new KeptAnswers(60);
credential.subscribe(() => kept.clear());

/**
 * What a document answers: asked when the variables change and when the snapshot does, given up when nobody looks any more.
 * @param variables null: not yet
 * @param about the devices that alone the answer is about: a snapshot that leaves them untouched changes nothing in it
 */
export function useAnswer<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
  about?: readonly string[],
): Answer<Data> {
  const question = variables === null ? null : `${document.__meta__?.['hash']} ${JSON.stringify(variables)}`;
  const [state, setState] = useState<State<Data>>({ isAsking: question !== null });
  const [tries, setTries] = useState(0);
  const again = () => setTries((count) => count + 1);
  const version = snapshotVersion.value;
  const key = credential.value;
  const isSignedOut = signInReason.value !== null;

  /** Of what is shown, or known to be asked for; null while it is not known. */
  const answered = useRef<string | null>(null);

  /** Asks again, unless the snapshot of now has the same answer. */
  const renew = (data: Data | undefined) => {
    const [now, then] = [snapshotVersion.value, answered.current];
    if (now === null || then === null || now === then) return;
    if (about === undefined || data === undefined || !areUntouched(about, then)) {
      again();
      return;
    }
    answered.current = now;
    if (question !== null) kept.keep(question, now, data);
  };

  // The question is document and variables; another key and another try ask it anew.
  useEffect(() => {
    if (question === null || variables === null || isSignedOut) return;
    const known = kept.find(question, snapshotVersion.value) as Data | undefined;
    if (known !== undefined && tries === 0) {
      answered.current = snapshotVersion.value;
      setState({ data: known, of: question, isAsking: false });
      return;
    }
    let before: string | null = null;
    return askUntilAnswered((signal) => ask(document, variables, signal), {
      begun: () => {
        answered.current = null;
        before = snapshotVersion.value;
        setState((last) => ({ ...last, isAsking: true }));
      },
      answered: ({ data, version }) => {
        answered.current = version;
        kept.keep(question, version, data);
        setState({ data, of: question, isAsking: false });
        // Another snapshot was told of meanwhile.
        if (before !== snapshotVersion.value) renew(data);
      },
      failed: (failure) => setState((last) => ({ ...last, failure, isAsking: false })),
    });
  }, [question, key, isSignedOut, tries]);

  // What is under way sees for itself when it is answered.
  useEffect(() => {
    renew(state.of === question ? state.data : undefined);
  }, [version]);

  return {
    data: state.data,
    isCurrent: state.of === question,
    failure: state.failure,
    isAsking: state.isAsking,
    again,
  };
}
