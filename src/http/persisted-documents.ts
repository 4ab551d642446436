import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';

/** What code generators and compilers write: the id of each document → its text. */
const manifest = z.record(z.string().min(1), z.string());
const SHA256 = 'sha256:';

/** What of a GraphQL request tells its document. */
export interface DocumentParams {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly doc_id?: unknown;
  readonly id?: unknown;
  readonly extensions?: unknown;
}

/**
 * The documents that clients may name by an id: the one of the manifest, or the SHA-256 of the text in hexadecimal,
 * with `sha256:` before it (GraphQL over HTTP, appendix A) or without (Apollo).
 */
export class PersistedDocuments {
  readonly #texts: ReadonlyMap<string, string>;

  /** @throws Error that tells every mistake, one a line */
  constructor(texts: Readonly<Record<string, string>>) {
    const problems: string[] = [];
    const found = new Map<string, string>();
    for (const [id, text] of Object.entries(texts)) {
      const hash = createHash('sha256').update(text).digest('hex');
      if (id.startsWith(SHA256) && id !== SHA256 + hash) {
        problems.push(`expected the id ${SHA256}${hash}, which is that of its text, but got: ${id}`);
      }
      const mistake = syntaxMistake(text);
      if (mistake !== undefined) problems.push(`${id}: expected a GraphQL document, but got: ${mistake}`);
      for (const name of [id, hash, SHA256 + hash]) found.set(name, text);
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
    this.#texts = found;
  }

  find(id: string): string | undefined {
    return this.#texts.get(id);
  }

  /** The text of the document that a request names by an id. */
  named(params: DocumentParams): string | undefined {
    const id = documentIdOf(params);
    return id === undefined ? undefined : this.find(id);
  }
}

/** @throws ConfigError when there is no manifest at this path */
export function readPersistedDocuments(file: string): PersistedDocuments {
  const expected = `PERSISTED_DOCUMENTS: expected a JSON file of ids and documents at ${file}, but got`;
  try {
    const parsed = manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success) return new PersistedDocuments(parsed.data);
    const [issue] = parsed.error.issues;
    throw new Error(['one of another form', ...(issue?.path ?? []), issue?.message].join(': '));
  } catch (error) {
    const reasons = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigError(reasons.map((reason) => `${expected}: ${reason}`));
  }
}

/** As GraphQL over HTTP has it, as Apollo's clients send it, and under the two names that Relay's documents use. */
export function documentIdOf({ documentId, extensions, doc_id, id }: DocumentParams): string | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } };
  return [documentId, persistedQuery?.sha256Hash, doc_id, id].find((given) => typeof given === 'string');
}

/** The same from the query of a URL. */
export function documentParams(search: URLSearchParams): DocumentParams {
  const { extensions = null, ...texts } = Object.fromEntries(search);
  return { ...texts, extensions: parsedOrNull(extensions) };
}

function parsedOrNull(json: string | null): unknown {
  try {
    return JSON.parse(json ?? 'null');
  } catch {
    return null;
  }
}

function syntaxMistake(text: string): string | undefined {
  try {
    parse(text, { noLocation: true });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
