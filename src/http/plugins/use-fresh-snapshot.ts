import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Telemetry } from '../../../schema/context.ts';
import { DatasetChangedError } from '../../errors.ts';
import { rootCause } from '../present-error.ts';

export interface FreshSnapshotOptions {
  /** Finds the next snapshot and answers from it. */
  renew(request: Request): Promise<Telemetry>;
}

/**
 * An object that changes under an operation spoils its snapshot. Since the API only reads, the whole operation is
 * simply asked once more, of the next snapshot, so that its fields still agree with each other.
 */
export function useFreshSnapshot({
  renew,
}: FreshSnapshotOptions): Plugin<{ telemetry: Telemetry; request: Request }> {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        const result: ExecutionResult = await executeFn(args);
        if (!result.errors?.some((error) => rootCause(error) instanceof DatasetChangedError)) return result;
        const telemetry = await renew(args.contextValue.request);
        return executeFn({ ...args, contextValue: { ...args.contextValue, telemetry } });
      });
    },
  };
}
