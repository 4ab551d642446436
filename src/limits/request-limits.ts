import type { LimitValue } from '../../schema/limit-values.ts';
import type { RequestLimits } from '../config/limit-settings.ts';

/** Those of requests, viewers and answers, as clients are told. */
export function requestLimitValues({
  bodyBytes,
  bodyBytesTogether,
  requestMs,
  document,
  operation,
  traffic,
  subscriptions,
}: RequestLimits): Readonly<Record<string, LimitValue>> {
  return {
    requestBodyBytes: {
      value: bodyBytes,
      unit: 'bytes',
      description: 'Most bytes in the body of a request.',
    },
    requestBodyBytesTogether: {
      value: bodyBytesTogether,
      unit: 'bytes',
      description:
        'Most bytes in the bodies of all requests that are not answered yet. The first 16 KiB of each do not count.',
    },
    requestSeconds: {
      value: requestMs / 1000,
      unit: 'seconds',
      description: 'Until a request is refused whose head, or whose body, has not come to its end.',
    },
    connections: {
      value: traffic.connections,
      unit: 'connections',
      description: 'Connections at a time. Further ones are closed unanswered.',
    },
    documentTokens: {
      value: document.tokens,
      unit: 'tokens',
      description: 'Most tokens of a GraphQL document: names, numbers, texts and signs.',
    },
    documentFragments: {
      value: document.fragments,
      unit: 'fragments',
      description: 'Most fragments that a GraphQL document defines.',
    },
    documentDepth: {
      value: document.depth,
      unit: 'fields below each other',
      description: 'Deepest nesting of fields in a GraphQL document, fragments put in place.',
    },
    documentFields: {
      value: document.fields,
      unit: 'fields',
      description: 'Most fields of an operation, fragments put in place.',
    },
    documentAliases: {
      value: document.aliases,
      unit: 'aliases',
      description: 'Most aliases of an operation, fragments put in place.',
    },
    documentRootFields: {
      value: document.rootFields,
      unit: 'root fields',
      description: 'Most fields of `Query` in an operation, fragments put in place.',
    },
    documentDirectives: {
      value: document.directives,
      unit: 'directives',
      description: 'Most directives of an operation, fragments put in place.',
    },
    operationCost: {
      value: operation.cost,
      unit: 'values',
      description:
        'Most values that the answer to a GraphQL operation may have, estimated from its fields and page sizes.',
    },
    operationStatements: {
      value: operation.statements,
      unit: 'statements',
      description: 'Most statements of one operation.',
    },
    answerRows: {
      value: operation.rows,
      unit: 'rows',
      description: 'Most rows of a statement that an answer in JSON is made of.',
    },
    answerBytes: {
      value: operation.answerBytes,
      unit: 'bytes',
      description: 'Most bytes of an answer in JSON.',
    },
    concurrentOperations: {
      value: traffic.concurrent,
      unit: 'operations',
      description: 'Operations that are under way at a time, of all viewers together.',
    },
    queuedOperations: {
      value: traffic.queued,
      unit: 'operations',
      description: 'Operations that may wait for their turn, of all viewers together.',
    },
    queuedOperationSeconds: {
      value: traffic.queueMs / 1000,
      unit: 'seconds',
      description: 'Until an operation that waits for its turn is refused.',
    },
    viewerOperations: {
      value: traffic.concurrentOfViewer,
      unit: 'operations',
      description: 'Operations of one viewer that are under way at a time. Further ones wait.',
    },
    subscriptions: {
      value: subscriptions.total,
      unit: 'subscriptions',
      description: 'GraphQL subscriptions that are open at a time, of all viewers together.',
    },
    viewerSubscriptions: {
      value: subscriptions.ofViewer,
      unit: 'subscriptions',
      description: 'GraphQL subscriptions of one viewer that are open at a time.',
    },
    ...(traffic.requestsPerSecond === 0
      ? {}
      : {
          viewerRequestsPerSecond: {
            value: traffic.requestsPerSecond,
            unit: 'requests a second',
            description: 'Requests of one viewer, over time. Viewers on this machine have no such limit.',
          },
          viewerBurst: {
            value: traffic.burst,
            unit: 'requests',
            description: 'Requests of one viewer at once, after a rest.',
          },
        }),
  };
}
