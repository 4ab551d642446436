import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { DatasetChangedError } from '../../errors.ts';
import { answerFromOneSnapshot, type Operations } from '../operation.ts';
import { rootCause } from '../present-error.ts';

/** Gives each execution its read path: all fields answer from one snapshot, or the whole is asked again. */
export function useOneSnapshot(operations: Operations): Plugin<Context & { request: Request }> {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) =>
        answerFromOneSnapshot(
          operations,
          args.contextValue.request.signal,
          (telemetry): Promise<ExecutionResult> =>
            Promise.resolve(executeFn({ ...args, contextValue: { ...args.contextValue, telemetry } })),
          isSpoilt,
        ),
      );
    },
  };
}

function isSpoilt({ errors }: ExecutionResult): boolean {
  return errors?.some((error) => rootCause(error) instanceof DatasetChangedError) ?? false;
}
