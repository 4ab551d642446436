import type { YogaServerOptions } from 'graphql-yoga';

type CorsOptions = Extract<YogaServerOptions<object, object>['cors'], (...args: never) => unknown>;

const EXPOSED = [
  'content-disposition',
  'link',
  'retry-after',
  'www-authenticate',
  'x-dataset-coverage',
  'x-dataset-version',
  'x-explain',
  'x-request-id',
  'x-row-limit',
  'x-total-count',
  'x-truncated',
];

/**
 * Which scripts of other origins may read answers: those of the list, and never with credentials, so that no cookie and no
 * login of a browser ever helps them.
 */
export function corsOptions(origins: readonly string[]): CorsOptions {
  const isAny = origins.includes('*');
  return ({ headers }) => {
    const origin = headers.get('origin');
    if (origin === null || !(isAny || origins.includes(origin))) return false;
    return {
      origin,
      credentials: false,
      methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      exposedHeaders: EXPOSED,
      maxAge: 600,
    };
  };
}
