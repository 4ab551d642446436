import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { sendNodeResponse } from '@whatwg-node/server';
import { ArgumentError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { problemOf, problemResponse } from './problem.ts';

/** What answers a request of `node:http`. */
interface NodeHandler {
  handleNodeRequestAndResponse(
    request: IncomingMessage,
    response: ServerResponse,
    // As the adapter's own listener makes it.
    context: object,
  ): Promise<Response> | Response;
}

/**
 * The handler as `node:http` calls it. What makes no URL is refused before it, and what is thrown in it is told as any other
 * defect: the HTTP adapter would answer with the stack.
 */
export function requestListener(handler: NodeHandler, log: Logger): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Response> => {
    try {
      request.url = originForm(request.url ?? '/');
      checkUrl(request);
      return await handler.handleNodeRequestAndResponse(request, response, { req: request, res: response });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.unforeseen) log.error({ err: error }, problem.message);
      return problemResponse(problem);
    }
  };
  return async (request, response) => {
    try {
      await sendNodeResponse(await answer(request, response), response, request, false);
    } catch (error) {
      log.error({ err: error }, 'An answer could not be sent');
      response.destroy();
    }
  };
}

/** Proxies may send the whole URL (RFC 9112, § 3.2.2); the host in it is not ours to look at. */
function originForm(target: string): string {
  if (!/^https?:\/\//i.test(target)) return target;
  if (!URL.canParse(target)) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
}

function checkUrl({ url = '/', headers: { host }, httpVersion }: IncomingMessage): void {
  if (host === undefined && httpVersion !== '1.0') {
    throw new ArgumentError('Host', 'expected this header, which HTTP/1.1 asks for, but got none');
  }
  if (!url.startsWith('/')) {
    throw new ArgumentError('request target', 'expected a path that begins with /, but got something else');
  }
  if (host !== undefined && !URL.canParse(`http://${host}${url}`)) {
    throw new ArgumentError(
      'Host',
      'expected the name of a host, with a port or without, but got something else',
    );
  }
}
