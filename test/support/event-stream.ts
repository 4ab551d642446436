import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TestApp } from './app.ts';

/** One block of a stream of Server-Sent Events, as it was sent. */
interface SentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** The next block that is no comment; undefined at the end of the stream. */
  next(): Promise<SentEvent | undefined>;
  /** What a subscription sends next; an event with errors, or the end, fails. */
  data<Data = Record<string, unknown>>(): Promise<Data & { readonly id: string }>;
  /** Comments so far. */
  comments(): number;
  close(): void;
}

/** Reads a stream as it comes, block by block. */
export async function readEvents(url: string, init: RequestInit = {}): Promise<EventReader> {
  const gone = new AbortController();
  const response = await fetch(url, {
    ...init,
    signal: gone.signal,
    headers: { accept: 'text/event-stream', ...init.headers },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let comments = 0;
  const block = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end !== -1) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const read = await reader?.read();
      if (read === undefined || read.done) return undefined;
      text += read.value;
    }
  };
  const next = async (): Promise<SentEvent | undefined> => {
    for (;;) {
      const found = await block();
      if (found === undefined) return undefined;
      const fields = new Map(
        found.split('\n').map((line) => {
          const [name = '', ...rest] = line.split(':');
          return [name, rest.join(':').trim()];
        }),
      );
      if (!fields.has('event')) {
        comments++;
        continue;
      }
      return { event: fields.get('event') ?? '', id: fields.get('id'), data: fields.get('data') ?? '' };
    }
  };
  const close = () => gone.abort();
  onTestFinished(close);
  return {
    status: response.status,
    headers: response.headers,
    next,
    data: async <Data>() => {
      const sent = await next();
      const answer = sent?.event === 'next' ? JSON.parse(sent.data) : undefined;
      if (answer === undefined || answer.errors !== undefined || sent?.id === undefined)
        throw new Error(`expected data, but got: ${JSON.stringify(sent)}`);
      return { ...(answer.data as Data), id: sent.id };
    },
    comments: () => comments,
    close,
  };
}

/** The app behind its listener at a port, as `npm start` has it, and a way to subscribe to it. */
export async function listening(app: TestApp) {
  const server = createServer(app.listener).listen(0, '127.0.0.1');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, subscribe: subscriber(url) };
}

/** Subscribes by GET, as EventSource does. */
export function subscriber(url: string) {
  return (document: string, variables: object = {}, headers: Record<string, string> = {}) => {
    const search = new URLSearchParams({ query: document, variables: JSON.stringify(variables) });
    return readEvents(`${url}/graphql?${search}`, { headers });
  };
}
