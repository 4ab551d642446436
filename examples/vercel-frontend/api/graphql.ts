import documents from '../src/gql/persisted-documents.json' with { type: 'json' };

/**
 * Asks the telemetry API with the key, which therefore is in no browser. Only documents of this app are asked, by the hash that the
 * code generator gives them, so that nobody else asks other things in its name.
 */
const TEXTS: Readonly<Record<string, string>> = documents;

export function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  return answer(request, () => ({
    variables: JSON.parse(searchParams.get('variables') ?? '{}'),
    extensions: JSON.parse(searchParams.get('extensions') ?? '{}'),
  }));
}

export async function POST(request: Request): Promise<Response> {
  const text = await request.text();
  return answer(request, () => JSON.parse(text));
}

interface Asked {
  readonly documentId?: string;
  readonly variables?: unknown;
  /** As Apollo's protocol for persisted queries has it, which urql speaks too. */
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash?: string } };
}

async function answer(request: Request, read: () => Asked): Promise<Response> {
  let asked: Asked;
  try {
    asked = read();
  } catch {
    return refused(400, 'expected JSON');
  }
  const id = asked.documentId ?? asked.extensions?.persistedQuery?.sha256Hash ?? '';
  const query = Object.hasOwn(TEXTS, id) ? TEXTS[id] : undefined;
  if (query === undefined) return refused(403, 'expected a document of this app');
  const { TELEMETRY_API_URL: url, TELEMETRY_API_KEY: key } = process.env;
  if (url === undefined) return refused(500, 'TELEMETRY_API_URL is not set');
  const told = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // Of a subscription: a stream of events.
      accept: request.headers.get('accept') ?? '*/*',
      ...(key && { 'x-api-key': key }),
    },
    body: JSON.stringify({ query, variables: asked.variables }),
    // Once the page is gone, nobody listens.
    signal: request.signal,
  });
  return new Response(told.body, {
    status: told.status,
    headers: {
      'content-type': told.headers.get('content-type') ?? 'application/json',
      'cache-control': 'private, no-cache',
    },
  });
}

function refused(status: number, message: string): Response {
  return Response.json({ errors: [{ message }] }, { status });
}
