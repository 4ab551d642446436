import { asksForExplanation, EXPLAIN_HEADER } from './explain.ts';
import { bestEncoding } from './negotiation.ts';
import { type DocumentParams, documentParams, type PersistedDocuments } from './persisted-documents.ts';
import { urlOf } from './request-url.ts';

/** Longer questions are answered, and not remembered. */
const MAX_QUESTION_BYTES = 64 * 1024;

/** A request of which the answer may be remembered. */
export interface Question {
  /** Everything of a request that its answer depends on. */
  readonly text: string;
  /** What may hold a GraphQL document, with no character of it escaped. */
  readonly document: string;
  /** The document that an id stands for, which another manifest may give to another. */
  readonly named: string | undefined;
  readonly isToExplain: boolean;
}

/**
 * @param isGraphQL asks for an explanation by its extensions, and not by the header
 * @returns undefined for a question that is not to be remembered
 */
export async function questionOf(
  request: Request,
  persisted: PersistedDocuments | undefined,
  isGraphQL: boolean,
): Promise<Question | undefined> {
  const accept = request.headers.get('accept') ?? '';
  if (/text\/(html|event-stream)/.test(accept)) return undefined;
  const { pathname, search, searchParams } = urlOf(request);
  const encoding =
    request.method === 'GET' ? bestEncoding(request.headers.get('accept-encoding')) : undefined;
  const common = (asked: string) => [
    request.method,
    pathname,
    asked,
    accept,
    encoding ?? '',
    request.headers.get('content-type') ?? '',
  ];
  if (request.method === 'GET') {
    const params = documentParams(searchParams);
    const isInUrl = isGraphQL && asksForExplanation(params.extensions);
    return {
      text: JSON.stringify(common(isInUrl ? searchWithout(search, withoutExplain(params)) : search)),
      document: searchParams.get('query') ?? '',
      named: persisted?.named(params),
      isToExplain: isInUrl || (!isGraphQL && request.headers.get(EXPLAIN_HEADER) === '1'),
    };
  }
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  // A body of unknown length is left to the server's own limit.
  if (request.method !== 'POST' || !(length <= MAX_QUESTION_BYTES)) return undefined;
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return undefined;
  const body = await request.clone().text();
  const params = paramsOf(body);
  const isToExplain = asksForExplanation(params.extensions);
  return {
    text: JSON.stringify([...common(search), isToExplain ? JSON.stringify(withoutExplain(params)) : body]),
    document: String(params.query),
    named: persisted?.named(params),
    isToExplain,
  };
}

/** The same question without the wish to have its answer explained, as most clients would write it. */
function withoutExplain({ extensions, ...params }: DocumentParams): DocumentParams {
  const { explain: _, ...others } = extensions as Record<string, unknown>;
  return Object.keys(others).length === 0 ? params : { ...params, extensions: others };
}

function searchWithout(search: string, { extensions }: DocumentParams): string {
  const pairs = search
    .slice(1)
    .split('&')
    .filter((pair) => !pair.startsWith('extensions='));
  if (extensions !== undefined) pairs.push(`extensions=${encodeURIComponent(JSON.stringify(extensions))}`);
  return `?${pairs.join('&')}`;
}

/** A body that is no JSON after all is refused by the server. */
function paramsOf(body: string): DocumentParams {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
