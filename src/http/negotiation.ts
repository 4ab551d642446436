interface Preference {
  readonly value: string;
  readonly quality: number;
}

export type Encoding = 'br' | 'gzip';

/**
 * The media type that a client likes best of those that there are; of equals the first. Of the ranges that fit a type the
 * most specific one decides (RFC 9110, § 12.5.1).
 * @param accept unset: everything is welcome
 * @returns undefined when it accepts none
 */
export function bestMediaType(accept: string | null, offered: readonly string[]): string | undefined {
  const preferences = parse(accept ?? '*/*').map(({ value, quality }) => ({ range: value, quality }));
  const qualityOf = (type: string) => {
    const [main] = type.split('/', 1);
    for (const range of [type, `${main}/*`, '*/*']) {
      const found = preferences.find((preference) => preference.range === range);
      if (found !== undefined) return found.quality;
    }
    return 0;
  };
  return best(offered, qualityOf);
}

/** Answers of GraphQL and REST, which are put together in memory; what is streamed has other types. */
export function isJsonType(contentType: string | null): boolean {
  return /^application\/(graphql-response\+)?json\b/.test(contentType ?? '');
}

/** Brotli before gzip; undefined: as it is. */
export function bestEncoding(acceptEncoding: string | null): Encoding | undefined {
  const preferences = parse(acceptEncoding ?? '');
  const qualityOf = (encoding: string) =>
    (preferences.find(({ value }) => value === encoding) ?? preferences.find(({ value }) => value === '*'))
      ?.quality ?? 0;
  return best(['br', 'gzip'] as const, qualityOf);
}

function best<T extends string>(offered: readonly T[], qualityOf: (value: T) => number): T | undefined {
  let winner: T | undefined;
  let highest = 0;
  for (const value of offered) {
    const quality = qualityOf(value);
    if (quality > highest) [winner, highest] = [value, quality];
  }
  return winner;
}

/** Parameters other than `q` are not told apart. */
function parse(header: string): Preference[] {
  return header
    .split(',')
    .map((part) => {
      const [value = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { value, quality: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .filter(({ value }) => value !== '');
}
