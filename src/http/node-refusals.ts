import { maxHeaderSize, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import {
  ExpectationFailedError,
  HeadTooLargeError,
  MalformedRequestError,
  MethodNotAllowedError,
  RequestTimeoutError,
  type TelemetryError,
} from '../errors.ts';
import type { Logger } from '../log.ts';
import { onceOver } from './node-context.ts';
import { problemHeaders, problemJson, problemOf } from './problem.ts';

/**
 * What Node.js turns down itself, since it makes no request, is told with a code like all else. It is answered as problem
 * details whatever was asked for, and ends the connection.
 */
export function codeNodeRefusals(server: Server, requestMs: number, log: Logger): void {
  const underWay = new WeakMap<Socket, ServerResponse>();
  server.prependListener('request', (_, response) => underWay.set(response.req.socket, response));
  const refuse = (socket: Socket, error: TelemetryError) => {
    const { code, message } = error;
    log.info({ code, address: socket.remoteAddress }, `Refused before it was a request: ${message}`);
    if (socket.writable) socket.end(rawAnswer(error));
    else socket.destroy();
  };
  server.on('clientError', (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as Socket;
    const response = underWay.get(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
    } else if (response === undefined || response.closed) {
      refuse(socket, refusalOf(error, requestMs));
    } else if (response.req.complete) {
      // It is about what comes behind a request that is still being answered.
      onceOver(response, () => refuse(socket, refusalOf(error, requestMs)));
    } else if (response.headersSent) {
      socket.destroy();
    } else {
      refuse(socket, refusalOf(error, requestMs));
    }
  });
  server.on('checkExpectation', ({ socket }) =>
    refuse(
      socket,
      new ExpectationFailedError('Expect: expected 100-continue, or no such header, but got another'),
    ),
  );
  server.on('connect', (_, duplex) =>
    refuse(
      duplex as Socket,
      new MethodNotAllowedError('expected GET, HEAD, POST or OPTIONS, but got: CONNECT'),
    ),
  );
}

function refusalOf(
  error: NodeJS.ErrnoException & { bytesParsed?: number },
  requestMs: number,
): TelemetryError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    const limit = 'requestHeadBytes';
    // Of what comes in pieces, only the last is counted.
    const asked = Math.max(maxHeaderSize + 1, error.bytesParsed ?? 0);
    return new HeadTooLargeError(
      `expected a URL and headers of at most ${maxHeaderSize} bytes together (limit ${limit}), but got more`,
      { limit, asked, allowed: maxHeaderSize },
    );
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const limit = 'requestSeconds';
    const allowed = requestMs / 1000;
    return new RequestTimeoutError(
      `expected the head of a request, and again its body, within ${allowed} s (limit ${limit}), but got no end of it`,
      { limit, allowed },
    );
  }
  return new MalformedRequestError('expected a request of HTTP/1.1, but got something else', {
    cause: error,
  });
}

function rawAnswer(error: TelemetryError): string {
  const problem = problemOf(error);
  const body = JSON.stringify(problemJson(problem));
  const headers = {
    ...problemHeaders(problem),
    connection: 'close',
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, '', body].join('\r\n');
}
