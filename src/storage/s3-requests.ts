import type { S3Client } from '@aws-sdk/client-s3';

/** Told of each request to S3 when it ends, retries included. */
export type StoreRequestListener = (event: StoreRequestEvent) => void;

export interface StoreRequestEvent {
  /** `GetObject`, `HeadObject`, `ListObjectsV2`, … */
  readonly operation: string;
  /** Of the last answer; 0 when none came. */
  readonly status: number;
  readonly failed: boolean;
  readonly durationMs: number;
  readonly attempts: number;
  /** Of an object in the answer. */
  readonly bytes: number;
  /** Of the credentials in use; null when they do not expire, undefined when the request failed. */
  readonly credentialsExpire: Date | null | undefined;
}

interface Metadata {
  readonly httpStatusCode?: number | undefined;
  readonly attempts?: number | undefined;
}

/** Has a client tell of its requests. The time of a body that is read afterwards is not counted. */
export function reportRequests(client: S3Client, listener: StoreRequestListener): void {
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const started = performance.now();
      const report = async (failed: boolean, { httpStatusCode, attempts }: Metadata, bytes = 0) => {
        const durationMs = performance.now() - started;
        // The SDK has them in memory then; without any it would ask its whole chain again.
        const used = failed ? undefined : await client.config.credentials();
        listener({
          operation: (context.commandName ?? 'Unknown').replace(/Command$/, ''),
          status: httpStatusCode ?? 0,
          failed,
          durationMs,
          attempts: attempts ?? 1,
          bytes,
          credentialsExpire: used && (used.expiration ?? null),
        });
      };
      try {
        const result = await next(request);
        const output = result.output as { $metadata: Metadata; ContentLength?: number; Body?: unknown };
        await report(false, output.$metadata, output.Body === undefined ? 0 : output.ContentLength);
        return result;
      } catch (error) {
        await report(true, (error as { $metadata?: Metadata }).$metadata ?? {});
        throw error;
      }
    },
    { step: 'initialize', priority: 'high', name: 'reportRequests' },
  );
}
