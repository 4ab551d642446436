import { maxHeaderSize } from 'node:http';
import type { Limit } from '../../schema/context.ts';
import { LIMITS, type LimitValue } from '../../schema/limit-values.ts';
import type { Config } from '../config/config.ts';
import { requestLimitValues } from './request-limits.ts';

/** All limits of a service, by name: those that are the same everywhere, and those that are settings. */
export function limitsOf(config: Config): readonly Limit[] {
  const { engine, exports, queryMaxRows, responseStallMs, responseTimeoutMs } = config;
  const limits: Readonly<Record<string, LimitValue>> = {
    ...LIMITS,
    ...requestLimitValues(config.limits),
    queryRows: {
      value: queryMaxRows,
      unit: 'rows',
      description: 'Most rows of a named query in GraphQL and JSON. `truncated` tells when there are more.',
    },
    ...(exports.maxRows === undefined
      ? {}
      : {
          exportRows: {
            value: exports.maxRows,
            unit: 'rows',
            description: 'Most rows of an export. `X-Truncated` tells when there are more.',
          },
        }),
    exportSeconds: {
      value: exports.timeoutMs / 1000,
      unit: 'seconds',
      description: 'Until an export is cut off, from the request to its last byte.',
    },
    responseStallSeconds: {
      value: responseStallMs / 1000,
      unit: 'seconds',
      description: 'Until an answer is cut off whose client takes nothing.',
    },
    responseSeconds: {
      value: responseTimeoutMs / 1000,
      unit: 'seconds',
      description: 'Until an answer that is no export is cut off, from when its client has to be waited for.',
    },
    concurrentExports: {
      value: engine.maxStreams ?? 0,
      unit: 'exports',
      description: 'Exports that are under way at a time, of all clients together.',
    },
    viewerExports: {
      value: engine.maxStreamsOfViewer ?? 0,
      unit: 'exports',
      description: 'Exports of one viewer that are under way at a time.',
    },
    requestHeadBytes: {
      value: maxHeaderSize,
      unit: 'bytes',
      description: 'Most bytes in the URL and the headers of a request together.',
    },
    statementSeconds: {
      value: engine.timeoutMs / 1000,
      unit: 'seconds',
      description: 'Until a statement is stopped, the wait for its turn included.',
    },
    concurrentStatements: {
      value: engine.maxConcurrent,
      unit: 'statements',
      description: 'Statements that run at a time, of all clients together.',
    },
    queuedStatements: {
      value: engine.maxQueued,
      unit: 'statements',
      description: 'Statements that may wait for their turn, of all clients together.',
    },
  };
  return Object.entries(limits)
    .map(([name, limit]) => ({ name, ...limit }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
