import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answered } from './ask.ts';
import type { Failure } from './failure.ts';
import { KeptAnswers } from './kept-answers.ts';
import { credential, signInReason } from './session.ts';
import { areUntouched, noteAnswered, snapshotVersion } from './snapshot.ts';
import { askUntilAnswered } from './until-answered.ts';

export interface Answer<Data> {
  /** The last one, though it may be of another question or an older snapshot while the next one is asked for. */
  readonly data: Data | undefined;
  /** It answers the question of now. */
  readonly isCurrent: boolean;
  readonly failure: Failure | undefined;
  readonly isAsking: boolean;
  again(): void;
}

interface Question<Data> {
  /** The same for the same question only. */
  readonly name: string;
  /** The devices that alone the answer is about: a snapshot that leaves them untouched changes nothing in it. Unset: any. */
  readonly about?: readonly string[] | undefined;
  /** Its answers are small enough that the latest of them are kept. */
  readonly isKept: boolean;
  ask(signal: AbortSignal): Promise<Answered<Data>>;
}

interface State<Data> {
  readonly data?: Data;
  readonly of?: string;
  readonly failure?: Failure;
  readonly failed?: string;
  readonly isAsking: boolean;
}

/** The same question about the same snapshot has the same answer, so going back to a page asks nothing. */
const kept = new KeptAnswers(60);
credential.subscribe(() => kept.clear());

/**
 * What a question is answered: asked when it changes and when the snapshot does, given up when nobody looks any more. An answer
 * that rests on no snapshot is asked for once.
 * @param question null: not yet
 */
export function useAsked<Data>(question: Question<Data> | null): Answer<Data> {
  const name = question?.name;
  const [state, setState] = useState<State<Data>>({ isAsking: question !== null });
  const [tries, setTries] = useState(0);
  const again = () => setTries((count) => count + 1);
  const version = snapshotVersion.value;
  const key = credential.value;
  const isSignedOut = signInReason.value !== null;

  /** Of what is shown, or known to be asked for; null while it is not known. */
  const answered = useRef<string | null>(null);
  const lastTry = useRef(tries);

  /** Whether an answer is of another snapshot than that of now; one that this leaves untouched is the answer of now. */
  const isBehind = (data: Data | undefined): boolean => {
    const [now, then] = [snapshotVersion.value, answered.current];
    if (now === null || then === null || now === then) return false;
    const about = question?.about;
    if (about === undefined || data === undefined || !areUntouched(about, then)) return true;
    answered.current = now;
    if (question?.isKept === true) kept.keep(question.name, now, data);
    return false;
  };

  // Another key and another try ask the question anew.
  useEffect(() => {
    const isTriedAgain = lastTry.current !== tries;
    lastTry.current = tries;
    if (question === null || isSignedOut) return;
    const known = kept.find(question.name, snapshotVersion.value) as Data | undefined;
    if (known !== undefined && !isTriedAgain) {
      answered.current = snapshotVersion.value;
      setState({ data: known, of: question.name, isAsking: false });
      return;
    }
    let before: string | null = null;
    let latest: Data | undefined;
    return askUntilAnswered((signal) => question.ask(signal), {
      begun: () => {
        answered.current = null;
        before = snapshotVersion.value;
        setState((last) => ({ ...last, isAsking: true }));
      },
      answered: ({ data, version }) => {
        latest = data;
        answered.current = version;
        if (question.isKept) kept.keep(question.name, version, data);
        setState({ data, of: question.name, isAsking: false });
        noteAnswered(version);
        // Another snapshot was told of meanwhile.
        if (before !== snapshotVersion.value && isBehind(data)) again();
      },
      isBehind: () => isBehind(latest),
      failed: (failure) => setState((last) => ({ ...last, failure, failed: question.name, isAsking: false })),
    });
  }, [name, key, isSignedOut, tries]);

  // What is under way sees for itself when it is answered.
  useEffect(() => {
    if (isBehind(state.of === name ? state.data : undefined)) again();
  }, [version]);

  return {
    data: state.data,
    isCurrent: state.of === name,
    // That of another question says nothing of this one.
    failure: state.failed === name ? state.failure : undefined,
    isAsking: state.isAsking,
    again,
  };
}
