import { z } from 'zod';
import { whole } from '../setting-values.ts';

const MEBIBYTE = 1024 ** 2;

/** What one request, one viewer and all together may ask for. */
export const limitSettings = {
  CONNECTIONS_MAX: whole(1, 1_000_000).default(4_096),
  REQUEST_TIMEOUT_SECONDS: whole(1, 3_600).default(15),
  BODY_MAX_BYTES: whole(1024, 256 * MEBIBYTE).default(MEBIBYTE),
  BODIES_MAX_BYTES: whole(1024, 64 * 1024 * MEBIBYTE).default(64 * MEBIBYTE),
  DOCUMENT_MAX_TOKENS: whole(1, 100_000).default(10_000),
  DOCUMENT_MAX_DEPTH: whole(1, 100).default(20),
  DOCUMENT_MAX_FRAGMENTS: whole(0, 10_000).default(100),
  DOCUMENT_MAX_FIELDS: whole(1, 10_000).default(500),
  DOCUMENT_MAX_ALIASES: whole(0, 10_000).default(50),
  DOCUMENT_MAX_ROOT_FIELDS: whole(1, 10_000).default(20),
  DOCUMENT_MAX_DIRECTIVES: whole(0, 10_000).default(50),
  OPERATION_MAX_COST: whole(1, Number.MAX_SAFE_INTEGER).default(1_000_000),
  OPERATION_MAX_STATEMENTS: whole(1, 100_000).default(100),
  ANSWER_MAX_ROWS: whole(1, 10_000_000).default(200_000),
  ANSWER_MAX_BYTES: whole(1024, 512 * MEBIBYTE).default(128 * MEBIBYTE),
  OPERATIONS_MAX_CONCURRENT: whole(1, 10_000).default(128),
  OPERATIONS_MAX_QUEUED: whole(0, 100_000).default(512),
  OPERATIONS_QUEUE_SECONDS: whole(1, 3_600).default(10),
  VIEWER_MAX_CONCURRENT: whole(1, 10_000).default(32),
  SUBSCRIPTIONS_MAX: whole(0, 100_000).default(2_000),
  VIEWER_MAX_SUBSCRIPTIONS: whole(1, 100_000).default(100),
  SUBSCRIPTION_HEARTBEAT_SECONDS: whole(1, 300).default(12),
  VIEWER_REQUESTS_PER_SECOND: whole(0, 1_000_000).default(50),
  VIEWER_BURST: whole(1, 1_000_000).default(500),
  TRUSTED_PROXIES: whole(0, 10).default(0),
};

/** Of the text of a document, before anything is known of the data. */
export interface DocumentLimits {
  readonly tokens: number;
  readonly fragments: number;
  /** Fields below each other. */
  readonly depth: number;
  /** The next four are counted after fragments have been put in place. */
  readonly fields: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
}

/** Of one operation, GraphQL or REST. */
interface OperationLimits {
  /** Values in the answer, estimated before it is made. GraphQL only. */
  readonly cost: number;
  readonly statements: number;
  /** Rows of a statement. */
  readonly rows: number;
  /** Bytes of the answer in JSON. */
  readonly answerBytes: number;
}

/** How much goes on at a time. */
interface TrafficLimits {
  readonly connections: number;
  readonly concurrent: number;
  readonly queued: number;
  readonly queueMs: number;
  readonly concurrentOfViewer: number;
  /** 0: not limited. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** How many addresses the proxies before the service add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
}

export interface SubscriptionLimits {
  /** At a time, of all viewers. 0: there are none. */
  readonly total: number;
  readonly ofViewer: number;
  /** How often an idle one is sent a sign of life, and its viewer looked at anew. */
  readonly heartbeatMs: number;
}

export interface RequestLimits {
  readonly bodyBytes: number;
  /** Of all requests that are not answered yet; the first 16 KiB of each do not count. */
  readonly bodyBytesTogether: number;
  /** How long a client may take for the head of a request, and again for its body. */
  readonly requestMs: number;
  readonly document: DocumentLimits;
  readonly operation: OperationLimits;
  readonly traffic: TrafficLimits;
  readonly subscriptions: SubscriptionLimits;
}

const environment = z.object(limitSettings);

export function requestLimits(env: z.infer<typeof environment>): RequestLimits {
  return {
    bodyBytes: env.BODY_MAX_BYTES,
    bodyBytesTogether: env.BODIES_MAX_BYTES,
    requestMs: env.REQUEST_TIMEOUT_SECONDS * 1000,
    document: {
      tokens: env.DOCUMENT_MAX_TOKENS,
      fragments: env.DOCUMENT_MAX_FRAGMENTS,
      depth: env.DOCUMENT_MAX_DEPTH,
      fields: env.DOCUMENT_MAX_FIELDS,
      aliases: env.DOCUMENT_MAX_ALIASES,
      rootFields: env.DOCUMENT_MAX_ROOT_FIELDS,
      directives: env.DOCUMENT_MAX_DIRECTIVES,
    },
    operation: {
      cost: env.OPERATION_MAX_COST,
      statements: env.OPERATION_MAX_STATEMENTS,
      rows: env.ANSWER_MAX_ROWS,
      answerBytes: env.ANSWER_MAX_BYTES,
    },
    traffic: {
      connections: env.CONNECTIONS_MAX,
      concurrent: env.OPERATIONS_MAX_CONCURRENT,
      queued: env.OPERATIONS_MAX_QUEUED,
      queueMs: env.OPERATIONS_QUEUE_SECONDS * 1000,
      concurrentOfViewer: env.VIEWER_MAX_CONCURRENT,
      requestsPerSecond: env.VIEWER_REQUESTS_PER_SECOND,
      burst: env.VIEWER_BURST,
      trustedProxies: env.TRUSTED_PROXIES,
    },
    subscriptions: {
      total: env.SUBSCRIPTIONS_MAX,
      ofViewer: env.VIEWER_MAX_SUBSCRIPTIONS,
      heartbeatMs: env.SUBSCRIPTION_HEARTBEAT_SECONDS * 1000,
    },
  };
}
