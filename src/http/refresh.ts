import type { DatasetView } from '../dataset/view.ts';
import { NotFoundError, UnauthorizedError } from '../errors.ts';
import { holdsToken } from './bearer.ts';
import type { Routes } from './plugins/use-routes.ts';

export interface RefreshOptions {
  readonly token: string | undefined;
  /** Lists the objects again, and waits for what it finds for at most some seconds. */
  renew(): Promise<void>;
  latestView(): DatasetView | undefined;
}

/** `POST /refresh`: for whoever knows that there is something new, such as the event notifications of a bucket. */
export function refreshRoutes({ token, renew, latestView }: RefreshOptions): Routes {
  return {
    '/refresh': async (request) => {
      if (token === undefined) throw new NotFoundError('POST /refresh is off: REFRESH_TOKEN is not set');
      if (!holdsToken(request.headers.get('authorization'), token)) {
        throw new UnauthorizedError('expected the header Authorization: Bearer <REFRESH_TOKEN>');
      }
      const before = latestView()?.version;
      await renew();
      const after = latestView()?.version ?? null;
      return Response.json({ version: after, changed: after !== before });
    },
  };
}
