import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Telemetry } from '../../../schema/context.ts';
import { DatasetChangedError } from '../../errors.ts';
import { rootCause } from '../present-error.ts';

export interface FreshSnapshotOptions {
  /** Finds the next snapshot and answers from it. */
  renew(request: Request): Promise<Telemetry>;
}

/** An object may change again under the second attempt; one that changes all the time is told as what it is. */
export const MOST_RENEWALS = 3;

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
        let result: ExecutionResult = await executeFn(args);
        for (let renewal = 1; renewal <= MOST_RENEWALS && isSpoilt(result); renewal++) {
          const telemetry = await renew(args.contextValue.request);
          result = await executeFn({ ...args, contextValue: { ...args.contextValue, telemetry } });
        }
        return result;
      });
    },
  };
}

function isSpoilt({ errors }: ExecutionResult): boolean {
  return errors?.some((error) => rootCause(error) instanceof DatasetChangedError) ?? false;
}
