import type { ComponentChildren } from 'preact';
import type { Answer } from '../data/use-asked.ts';
import { FailureNotice } from './failure-notice.tsx';

interface AnsweredProps<Data> {
  readonly answer: Answer<Data>;
  /** What is being loaded, such as `devices`. */
  readonly what: string;
  /** Roughly as tall as what comes, so that nothing jumps. */
  readonly lines?: number;
  /** What to do besides asking again. */
  readonly ways?: ComponentChildren;
  readonly children: (data: Data) => ComponentChildren;
}

/**
 * What an answer shows, or that it is awaited, or why there is none. An older one stays, and is seen to be older, while the next one is
 * awaited and where there is none.
 */
export function Answered<Data>({ answer, what, lines = 3, ways, children }: AnsweredProps<Data>) {
  const { data, failure, isAsking, isCurrent, again } = answer;
  const isOlder = !isCurrent || failure !== undefined;
  return (
    <>
      {failure !== undefined && (
        <FailureNotice failure={failure} again={again}>
          {ways}
          {data !== undefined && <span class="muted">What is below is from before.</span>}
        </FailureNotice>
      )}
      {data !== undefined && (
        <div class={isOlder ? 'content is-older' : 'content'} aria-busy={isAsking}>
          {children(data)}
        </div>
      )}
      {data === undefined && failure === undefined && <Loading what={what} lines={lines} />}
    </>
  );
}

export function Loading({ what, lines = 3 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div class="loading">
      <p class="visually-hidden" role="status">
        Loading {what} …
      </p>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} class="skeleton" />
      ))}
    </div>
  );
}
