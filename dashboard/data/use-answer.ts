import type { TypedDocumentString } from '../generated/graphql.ts';
import { ask } from './ask.ts';
import { type Answer, useAsked } from './use-asked.ts';

/**
 * What a document answers; see `useAsked`.
 * @param variables null: not yet
 * @param about the devices that alone the answer is about
 */
export function useAnswer<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
  about?: readonly string[],
): Answer<Data> {
  return useAsked(
    variables === null
      ? null
      : {
          name: `${document.__meta__?.['hash']} ${JSON.stringify(variables)}`,
          about,
          isKept: true,
          ask: (signal) => ask(document, variables, signal),
        },
  );
}
