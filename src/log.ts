import { type Logger, pino } from 'pino';
import { currentActivity } from './observe/scope.ts';

export type { Logger };

type LogDestination = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Nothing logs these; if something does one day, they stay inside. Wildcards would cost more than all else of a line. */
const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token', 'variables'];
const PLACES = ['', 'body.', 'headers.', 'params.', 'request.', 'request.headers.'];

/**
 * JSON lines to a pipe or file, readable lines to a terminal. What is logged while a request is answered carries its
 * `requestId`, and `traceId` where there is one.
 */
export function createLogger(level: string, destination: LogDestination = process.stdout): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    mixin: requestOfNow,
    redact: { paths: PLACES.flatMap((place) => SECRETS.map((name) => place + name)), censor: '[redacted]' },
    serializers: { err: describeError },
  };
  return destination.isTTY
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } })
    : pino(options, destination);
}

function requestOfNow(): object {
  const activity = currentActivity();
  if (activity === undefined) return {};
  const { request, traceId } = activity;
  return {
    ...(request === undefined ? {} : { requestId: request.id }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

interface DescribedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/**
 * Of an error just these: others that libraries hang on to them may be whole requests, with what signs them. What a
 * statement failed over is left out too: it may be the value of a variable, or a reading.
 */
function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutValues(String(error)) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return {
    type: name,
    ...code,
    message: withoutValues(message),
    ...(stack === undefined ? {} : { stack: framesOf(stack) }),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** DuckDB's errors about values: the value stands in quotes, or after this word. */
const ABOUT_VALUES = /^(Conversion|Invalid Input|Out of Range|Constraint|Invalid) (Input )?Error/;

function withoutValues(message: string): string {
  if (!ABOUT_VALUES.test(message)) return message;
  return message.replace(/'(?:[^']|'')*'|"[^"]*"|\bvalue \S+/g, '…');
}

/** The message stands above already. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
