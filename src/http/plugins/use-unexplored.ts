import { type ExecutionResult, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** At the end of what parsing, validation and the coercion of variables say. */
const SUGGESTION = / Did you mean [^?]*\?$/;

/** Tells of the schema only what a document knows already: no introspection, and no names that a typo is near to. */
export function useUnexplored(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
    onResultProcess({ result }) {
      // The executor has no way to leave them out of what it says about variables, so they are taken from all alike.
      for (const error of (result as ExecutionResult | undefined)?.errors ?? []) {
        error.message = error.message.replace(SUGGESTION, '');
      }
    },
  };
}
