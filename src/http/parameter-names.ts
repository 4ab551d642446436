const MOST_SHOWN = 20;
/** As parameters of REST and of GraphQL over HTTP are called. Anything else may be a secret that lost its name. */
const NAME = /^[a-z_]{1,16}([A-Z][a-z]{1,10}){0,2}$/;

/** A query string for the log: the names that it sets, and none of the values. `?first=10&x7=1` → `first=…&…` */
export function parameterNames(search: string): string {
  const pairs = search.replace(/^\?/, '').split('&', MOST_SHOWN);
  return pairs
    .map((pair) =>
      NAME.test(pair.split('=', 1)[0] ?? '') && pair.includes('=') ? `${pair.split('=', 1)[0]}=…` : '…',
    )
    .join('&');
}
