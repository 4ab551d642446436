import { LRUCache } from 'lru-cache';
import { digestOf } from './digests.ts';
import { asksForExplanation, EXPLAIN_HEADER } from './explain.ts';
import { bestEncoding } from './negotiation.ts';
import { type DocumentParams, documentParams, type PersistedDocuments } from './persisted-documents.ts';
import { urlOf } from './request-url.ts';

/** Longer questions are answered, and not remembered. */
const MAX_QUESTION_BYTES = 64 * 1024;
/** Of the requests whose questions are known, in memory. */
const KNOWN_BYTES = 4 * 1024 * 1024;

/** A request of which the answer may be remembered. */
export interface Question {
  /** Names everything of a request that its answer depends on. */
  readonly digest: string;
  /** What may hold a GraphQL document, with no character of it escaped, and the document that an id stands for. */
  readonly document: string;
  readonly isToExplain: boolean;
}

/** What is asked, before anything of it is understood. */
interface Asked {
  readonly method: string;
  readonly pathname: string;
  readonly search: string;
  readonly accept: string;
  readonly encoding: string;
  readonly contentType: string;
  readonly explain: string;
  /** Empty for GET. */
  readonly body: string;
}

/** Makes questions of requests. The same request is asked again and again, so each is taken apart once. */
export class Questions {
  readonly #persisted: PersistedDocuments | undefined;
  readonly #known = new LRUCache<string, Question>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: ({ document }, text) => 2 * (text.length + document.length) + 200,
  });

  /** @param persisted texts that requests name by an id */
  constructor(persisted: PersistedDocuments | undefined) {
    this.#persisted = persisted;
  }

  /**
   * @param isGraphQL asks for an explanation by its extensions, and not by the header
   * @returns undefined for a question that is not to be remembered
   */
  async of(request: Request, isGraphQL: boolean): Promise<Question | undefined> {
    const asked = await askedBy(request);
    if (asked === undefined) return undefined;
    const text = JSON.stringify([isGraphQL, ...Object.values(asked)]);
    let question = this.#known.get(text);
    if (question === undefined) {
      question = asked.method === 'GET' ? this.#inUrl(asked, isGraphQL) : this.#inBody(asked);
      this.#known.set(text, question);
    }
    return question;
  }

  #inUrl(asked: Asked, isGraphQL: boolean): Question {
    const { search } = asked;
    const searchParams = new URLSearchParams(search);
    const params = documentParams(searchParams);
    const isInUrl = isGraphQL && asksForExplanation(params.extensions);
    return this.#question(asked, params, {
      asked: isInUrl ? searchWithout(search, withoutExplain(params)) : search,
      document: searchParams.get('query') ?? '',
      isToExplain: isInUrl || (!isGraphQL && asked.explain === '1'),
    });
  }

  #inBody(asked: Asked): Question {
    const params = paramsOf(asked.body);
    const isToExplain = asksForExplanation(params.extensions);
    return this.#question(asked, params, {
      asked: [asked.search, isToExplain ? JSON.stringify(withoutExplain(params)) : asked.body],
      document: String(params.query),
      isToExplain,
    });
  }

  #question(
    { method, pathname, accept, encoding, contentType }: Asked,
    params: DocumentParams,
    { asked, document, isToExplain }: { asked: unknown; document: string; isToExplain: boolean },
  ): Question {
    // Another manifest may give the id to another document.
    const named = this.#persisted?.named(params);
    const parts = [method, pathname, asked, accept, encoding, contentType, named];
    return {
      digest: digestOf(parts),
      document: `${document} ${named ?? ''}`,
      isToExplain,
    };
  }
}

async function askedBy(request: Request): Promise<Asked | undefined> {
  const { headers, method } = request;
  const accept = headers.get('accept') ?? '';
  if (/text\/(html|event-stream)/.test(accept)) return undefined;
  const { pathname, search } = urlOf(request);
  const contentType = headers.get('content-type') ?? '';
  const common = { method, pathname, search, accept, contentType };
  if (method === 'GET') {
    const encoding = bestEncoding(headers.get('accept-encoding')) ?? '';
    return { ...common, encoding, explain: headers.get(EXPLAIN_HEADER) ?? '', body: '' };
  }
  // A body of unknown length is left to the server's own limit.
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (method !== 'POST' || !(length <= MAX_QUESTION_BYTES)) return undefined;
  if (!/^application\/json\b/i.test(contentType)) return undefined;
  return { ...common, encoding: '', explain: '', body: await request.clone().text() };
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
