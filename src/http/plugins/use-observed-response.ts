import type { Plugin } from 'graphql-yoga';
import { currentActivity } from '../../observe/scope.ts';

/** Notes how a request ended, and tells its id. It comes last: others put another response in place of the first. */
export function useObservedResponse(): Plugin {
  return {
    onResponse({ response }) {
      const activity = currentActivity();
      if (activity?.request === undefined) return;
      activity.status = response.status;
      response.headers.set('x-request-id', activity.request.id);
    },
  };
}
