import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { asksForPlainRows, UnplainRowError, withPlainRows } from '../plain-rows.ts';
import { rootCause } from '../present-error.ts';

/**
 * Writes long lists row by row instead of executing them field by field, where the document allows it. Whatever does
 * not come out as it should is executed as usual, so that no answer and no error differs.
 *
 * @param copy of `schema`, to be changed
 */
export function usePlainRows(schema: GraphQLSchema, copy: GraphQLSchema): Plugin {
  const plainSchema = withPlainRows(copy);
  const known = new WeakMap<DocumentNode, boolean>();
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args): Promise<ExecutionResult> => {
        let isPlain = known.get(args.document);
        if (isPlain === undefined) {
          isPlain = asksForPlainRows(schema, args.document);
          known.set(args.document, isPlain);
        }
        if (isPlain) {
          const result: ExecutionResult = await executeFn({ ...args, schema: plainSchema });
          if (!result.errors?.some((error) => rootCause(error) instanceof UnplainRowError)) return result;
        }
        return executeFn(args);
      });
    },
  };
}
