const known = new WeakMap<Request, Readonly<URL>>();

/** The URL of a request, taken apart once for all who look at it. It is nobody's to change. */
export function urlOf(request: Request): Readonly<URL> {
  let url = known.get(request);
  if (url === undefined) {
    url = parsedByAdapter(request) ?? new URL(request.url);
    known.set(request, url);
  }
  return url;
}

/** Those of the HTTP adapter, which are not Node's own, have it already. */
function parsedByAdapter(request: Request): URL | undefined {
  const parsed: unknown = Reflect.get(request, 'parsedUrl');
  return parsed instanceof URL ? parsed : undefined;
}
