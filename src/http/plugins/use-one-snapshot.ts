import type { ExecutionResult } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { DatasetInfo } from '../../../schema/dataset-types.ts';
import { DatasetChangedError } from '../../errors.ts';
import { answerFromOneSnapshot, type Operations } from '../operation.ts';
import { rootCause } from '../present-error.ts';

/**
 * Gives each execution its read path: all fields answer from one snapshot, or the whole is asked again. A request with
 * `"extensions": {"dataset": true}` is told in the answer's `extensions.dataset` which snapshot that is.
 */
export function useOneSnapshot(
  operations: Operations,
): Plugin<Context & { request: Request; params?: GraphQLParams }> {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) =>
        answerFromOneSnapshot(
          operations,
          args.contextValue.request,
          async (telemetry): Promise<ExecutionResult> => {
            const contextValue = { ...args.contextValue, telemetry };
            const result: ExecutionResult = await executeFn({ ...args, contextValue });
            const wanted = args.contextValue.params?.extensions?.['dataset'] === true;
            return wanted && !isSpoilt(result) ? withDataset(result, await telemetry.dataset()) : result;
          },
          isSpoilt,
        ),
      );
    },
  };
}

/** For clients that want to know what every answer rests on without a field in every document. */
function withDataset(result: ExecutionResult, { version, rolledUp, coverage }: DatasetInfo): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, dataset: { version, rolledUp, coverage } } };
}

function isSpoilt({ errors }: ExecutionResult): boolean {
  return errors?.some((error) => rootCause(error) instanceof DatasetChangedError) ?? false;
}
