import type { TypedDocumentString } from '../generated/graphql.ts';
import { ask } from './ask.ts';
import { type Answer, useAsked } from './use-asked.ts';

interface Told {
  /** The devices that alone the answer is about; unset: any. */
  readonly about?: readonly string[];
  /** Unset: its answers are small, and the same as long as the snapshot is. */
  readonly isKept?: boolean;
  /** False: it is the same whatever the objects are, and there before any were listed. */
  readonly isOfSnapshot?: boolean;
}

/**
 * What a document answers; see `useAsked`.
 * @param variables null: not yet
 */
export function useAnswer<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
  { about, isKept = true, ...sent }: Told = {},
): Answer<Data> {
  return useAsked(
    variables === null
      ? null
      : {
          name: `${document.__meta__?.['hash']} ${JSON.stringify(variables)}`,
          about,
          isKept,
          ask: (signal) => ask(document, variables, signal, sent),
        },
  );
}
