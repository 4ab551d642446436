/** The URL of a request, which is nobody's to change: the HTTP adapter has taken it apart already. */
export function urlOf(request: Request): Readonly<URL> {
  const parsed: unknown = Reflect.get(request, 'parsedUrl');
  return parsed instanceof URL ? parsed : new URL(request.url);
}
