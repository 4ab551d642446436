export interface Asked {
  readonly name: string;
  /** `json`, or the extension of a format. */
  readonly format: string;
  readonly search: URLSearchParams;
}

/** What answers named queries. */
export interface Service {
  answer(asked: Asked): Promise<Response>;
  close(): Promise<void>;
}

export function urlOf(base: string, { name, format, search }: Asked): URL {
  const extension = format === 'json' ? '' : `.${format}`;
  const url = new URL(`queries/${encodeURIComponent(name)}${extension}`, base);
  url.search = search.toString();
  return url;
}
