import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { withPacedLists } from '../paced-lists.ts';
import { asksForPlainRows, UnplainRowError, withPlainRows } from '../plain-rows.ts';
import { rootCause } from '../present-error.ts';

/**
 * Writes long lists row by row instead of executing them field by field, where the document allows it. Whatever does
 * not come out as it should is executed as usual, so that no answer and no error differs.
 *
 * @param copyOf makes a copy of a schema, to be changed
 */
export function usePlainRows(copyOf: (schema: GraphQLSchema) => GraphQLSchema): Plugin {
  const plainSchemas = new WeakMap<GraphQLSchema, GraphQLSchema>();
  const plainSchemaOf = (schema: GraphQLSchema) => {
    const plain = plainSchemas.get(schema) ?? withPacedLists(withPlainRows(copyOf(schema)));
    plainSchemas.set(schema, plain);
    return plain;
  };
  const known = new WeakMap<DocumentNode, boolean>();
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args): Promise<ExecutionResult> => {
        let isPlain = known.get(args.document);
        if (isPlain === undefined) {
          isPlain = asksForPlainRows(args.schema, args.document);
          known.set(args.document, isPlain);
        }
        if (isPlain) {
          const result: ExecutionResult = await executeFn({ ...args, schema: plainSchemaOf(args.schema) });
          if (!result.errors?.some((error) => rootCause(error) instanceof UnplainRowError)) return result;
        }
        return executeFn(args);
      });
    },
  };
}
