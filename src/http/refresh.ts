import type { DatasetView } from '../dataset/view.ts';
import { clientGone } from './client-gone.ts';
import type { Routes } from './plugins/use-routes.ts';

export interface RefreshOptions {
  /** Lists the objects again, and waits for what it finds for at most some seconds. */
  renew(signal: AbortSignal): Promise<void>;
  latestView(): DatasetView | undefined;
}

/** `POST /refresh`: for whoever knows that there is something new, such as the event notifications of a bucket. */
export function refreshRoutes({ renew, latestView }: RefreshOptions): Routes {
  return {
    '/refresh': async (request) => {
      const before = latestView()?.version;
      await renew(clientGone(request));
      const after = latestView()?.version ?? null;
      return Response.json({ version: after, changed: after !== before });
    },
  };
}
