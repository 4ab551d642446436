import type { TypedDocumentString } from '../generated/graphql.ts';
import { type AnswerBody, errorOf, jsonOf, notUnderstood, postQuestion } from './ask.ts';
import { EventParser } from './event-parser.ts';
import { Failure, UNREACHABLE } from './failure.ts';
import { service } from './service.ts';

/** The service begins with a sign of life. Without one, something in between holds back what it sends. */
const FIRST_SIGN_MS = 10_000;
/** Two signs of life that do not come are a connection that is gone. */
const SILENCE_MS = 2 * (service.heartbeatSeconds ?? 0) * 1000 + 5_000;
const HELD_BACK = 'STREAM_HELD_BACK';

/**
 * Listens to one typed subscription, over the distinct connections of GraphQL over SSE. By `fetch`, since `EventSource` sends no
 * key.
 * @returns when the service says that it is over
 * @throws Failure when it is refused, breaks off or falls silent; AbortError when the signal says so
 */
export async function listen<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  onData: (data: Data) => void,
): Promise<void> {
  const own = new AbortController();
  const stop = () => own.abort();
  signal.addEventListener('abort', stop);
  let silence: Failure | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expectWithin = (ms: number, code: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silence = new Failure(code, `expected a sign of life within ${ms} ms, but got none`);
      own.abort();
    }, ms);
  };
  expectWithin(FIRST_SIGN_MS, HELD_BACK);
  try {
    const response = await postQuestion(document, variables, own.signal, { accept: 'text/event-stream' });
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
      throw await refusalOf(response, own.signal);
    const parser = new EventParser();
    for await (const chunk of chunksOf(response)) {
      expectWithin(SILENCE_MS, UNREACHABLE);
      for (const { event, data } of parser.push(chunk)) {
        if (event === 'complete') return;
        if (event === 'next') onData(dataOf<Data>(response, data));
      }
    }
    throw new Failure(UNREACHABLE, 'expected the end to be told, but the connection broke off');
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    throw silence ?? new Failure(UNREACHABLE, 'The connection broke off', { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    own.abort();
  }
}

async function* chunksOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function refusalOf(response: Response, signal: AbortSignal): Promise<Failure> {
  const body = await jsonOf<AnswerBody<unknown>>(response, signal);
  return errorOf(response, body) ?? notUnderstood(response);
}

function dataOf<Data>(response: Response, text: string): Data {
  let body: AnswerBody<Data>;
  try {
    body = JSON.parse(text);
  } catch {
    throw notUnderstood(response);
  }
  const failure = errorOf(response, body);
  if (failure !== undefined) throw failure;
  if (body.data === undefined || body.data === null) throw notUnderstood(response);
  return body.data;
}
