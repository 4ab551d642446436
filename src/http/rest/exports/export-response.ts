import { AsyncLocalStorage } from 'node:async_hooks';
import type { ColumnBatch } from '../../../engine/column-batch.ts';
import { DatasetChangedError } from '../../../errors.ts';
import type { Format } from '../../../formats/table.ts';
import type { Logger } from '../../../log.ts';
import { currentActivity } from '../../../observe/scope.ts';
import { clientGone } from '../../client-gone.ts';
import { compressedStream } from '../../compress.ts';
import { bestEncoding } from '../../negotiation.ts';
import { type Operations, openFromOneSnapshot } from '../../operation.ts';
import type { Connection } from '../../plugins/use-routes.ts';
import { disposition } from './file-name.ts';
import { type StreamEnd, streamBody } from './stream-body.ts';
import type { TableRoute } from './table-route.ts';

export interface ExportServer {
  readonly operations: Operations;
  readonly log: Logger;
  readonly stallMs: number;
  /** From the request to the last byte. */
  readonly timeoutMs: number;
  /** Told of what takes a connection for streams: it has limits of its own. */
  onStream(request: Request): void;
}

/**
 * The statement's own deadline comes first, and tells more. But a read that hangs at the store is interrupted only when the
 * store's time-out is over, and the client must not wait for that.
 */
const DEADLINE_GRACE_MS = 1_000;

/**
 * A table in a format, as the client takes it. What goes wrong before the first rows is asked again or told as a problem;
 * after that the status is out, and the connection is cut off, so that no client takes the half for the whole.
 */
export async function exportResponse(
  { operations, log, stallMs, timeoutMs, onStream }: ExportServer,
  { name, open }: TableRoute,
  format: Format,
  { request, url, connection }: { request: Request; url: URL; connection: Connection | undefined },
): Promise<Response> {
  const startedMs = performance.now();
  const { answer, attempt } = await openFromOneSnapshot(operations, request, async (began) => {
    const table = await open(began, url, request);
    const { version, coverage } = await began.telemetry.dataset();
    return { table, version, coverage, batches: await begun(table.batches) };
  });
  const { table, version, coverage, batches } = answer;
  if (table.streamed) onStream(request);
  const limit = table.rowLimit === undefined ? {} : { row_limit: String(table.rowLimit) };
  const metadata = { dataset_version: version, truncated: String(table.truncated), ...limit };
  // Parquet is compressed inside.
  const encoding =
    format.extension === 'parquet' ? undefined : bestEncoding(request.headers.get('accept-encoding'));
  const activity = currentActivity();
  const letEnd = activity?.hold();
  const pieces = format.encode({ columns: table.columns, batches, metadata });
  // It ends wherever the client is then; what is logged of it is of this request.
  const onEnd = AsyncLocalStorage.bind(({ bytes, error }: StreamEnd) => {
    attempt.end();
    if (activity !== undefined) activity.bytes = bytes;
    letEnd?.();
    // It cannot be asked again here; whoever does so is to find what is there now.
    if (error instanceof DatasetChangedError) void attempt.next();
    const facts = { path: url.pathname, bytes };
    if (error === undefined) log.debug(facts, 'Export ended');
    else if (clientGone(request).aborted || request.method === 'HEAD')
      log.info(facts, 'Export given up by the client');
    else log.warn({ ...facts, err: error }, 'Export cut off');
  });
  const body = streamBody(compressedStream(pieces, encoding), {
    signal: clientGone(request),
    stallMs,
    timeoutMs: timeoutMs + DEADLINE_GRACE_MS - (performance.now() - startedMs),
    onEnd,
    cutOff: connection?.reset,
  });
  return new Response(body, {
    headers: {
      'content-type': format.mediaTypes[0],
      ...disposition(name, format.extension, version, table.truncated ? table.rowLimit : undefined),
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      vary: 'Accept, Accept-Encoding',
      'x-dataset-version': version,
      'x-dataset-coverage': String(coverage),
      'x-truncated': String(table.truncated),
      ...(table.rowLimit === undefined ? {} : { 'x-row-limit': String(table.rowLimit) }),
      ...table.headers,
    },
  });
}

/** Once the first rows are there. Of a short table that is all of them, verified. */
async function begun(batches: AsyncIterable<ColumnBatch>): Promise<AsyncIterable<ColumnBatch>> {
  const iterator = batches[Symbol.asyncIterator]();
  const first = [await iterator.next()];
  if (first[0]?.done !== true) first.push(await iterator.next());
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => first.shift() ?? iterator.next(),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  };
}
