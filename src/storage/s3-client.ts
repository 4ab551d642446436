import { HeadBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import { defaultCredentials, renewRefusedCredentials } from './s3-credentials.ts';
import type { StorageOptions } from './storage.ts';

/** Where S3 is asked first when nothing names a region; it redirects to the bucket's own. */
const DEFAULT_REGION = 'us-east-1';
const CONNECT_MS = 5_000;
/** What `S3_TIMEOUT_SECONDS` is by default. */
export const RESPONSE_MS = 20_000;
const SOCKETS = 32;

/** What tests and special deployments may replace. Credentials default to the SDK's provider chain. */
export type S3ClientOverrides = Pick<S3ClientConfig, 'credentials' | 'maxAttempts'> & {
  /** Until the headers arrive, and then between two pieces of the body. */
  readonly timeoutMs?: number;
};

/**
 * A client for one bucket. Retries (3 attempts, AWS_MAX_ATTEMPTS), credentials (refreshed before they expire, and looked
 * for anew when they are refused) and the region are the SDK's; stores with an endpoint of their own are addressed path-style.
 */
export function createS3Client(
  location: S3Location,
  { timeoutMs = RESPONSE_MS, ...overrides }: S3ClientOverrides = {},
): S3Client {
  const client = new S3Client({
    credentials: defaultCredentials(),
    region: location.region ?? sdkRegion(),
    followRegionRedirects: true,
    // The configuration decides, so that DuckDB and the SDK never ask two different stores.
    ignoreConfiguredEndpointUrls: true,
    // Whole objects ask for their checksum themselves; some stores send it with a range too, which it does not fit.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
      httpAgent: { maxSockets: SOCKETS },
      httpsAgent: { maxSockets: SOCKETS },
    },
    ...(location.endpoint !== undefined && { endpoint: location.endpoint, forcePathStyle: true }),
    ...overrides,
  });
  renewRefusedCredentials(client);
  return client;
}

/**
 * The region that requests to this bucket must be signed for. DuckDB needs it told; the SDK finds out by redirects.
 * A store with an endpoint of its own has no other region than the one configured.
 */
export async function resolveBucketRegion(
  client: S3Client,
  location: S3Location,
  { signal }: StorageOptions = {},
): Promise<string> {
  if (location.endpoint !== undefined) return client.config.region();
  try {
    const head = await client.send(
      new HeadBucketCommand({ Bucket: location.bucket }),
      signal && { abortSignal: signal },
    );
    return head.BucketRegion ?? (await client.config.region());
  } catch (error) {
    // A policy may allow the prefix but not the bucket; S3 names the region even when it refuses.
    const region = bucketRegionHeader(error);
    if (region === undefined) throw error;
    return region;
  }
}

/** What AWS_REGION or the profile says. */
function sdkRegion(): () => Promise<string> {
  const { region } = new S3Client({}).config;
  return () => region().catch(() => DEFAULT_REGION);
}

function bucketRegionHeader(error: unknown): string | undefined {
  if (!(error instanceof Error && '$response' in error)) return undefined;
  const response = error.$response as { headers?: Record<string, string> } | undefined;
  return response?.headers?.['x-amz-bucket-region'];
}
