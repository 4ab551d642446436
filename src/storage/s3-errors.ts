import { S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import {
  DatasetChangedError,
  type Refusal,
  StorageAccessDeniedError,
  StorageNotFoundError,
  StorageUnavailableError,
  TelemetryError,
} from '../errors.ts';
import { abortedError } from './aborted.ts';

export interface S3ErrorContext {
  readonly location: S3Location;
  /** The object that the request was about, as its key below the prefix. */
  readonly key?: string | undefined;
  /** What a policy has to allow for the request. Default: what the service needs, which only reads. */
  readonly needs?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const READING = 's3:ListBucket on the bucket and s3:GetObject below the prefix';

/** What a person can do about it. */
const ADVICE: Readonly<Record<Exclude<Refusal, 'policy' | 'untold'>, string>> = {
  region: 'the request was signed for another region; set AWS_REGION to the one of the bucket',
  'no-credentials':
    'no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, or run with a role',
  expired:
    'the credentials have expired; renew them (aws sso login) or run with a role, which renews them by itself',
  'unknown-key': 'the store does not know this access key; check AWS_ACCESS_KEY_ID',
  clock: "this machine's clock is wrong; set it",
  'wrong-secret': 'the secret does not fit the access key; check AWS_SECRET_ACCESS_KEY',
};
/** By the names that S3 and the SDK's credential chain give their refusals. */
const REFUSALS: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ['AccessDenied', 'policy'],
  ['AuthorizationHeaderMalformed', 'region'],
  ['CredentialsProviderError', 'no-credentials'],
  ['ExpiredToken', 'expired'],
  ['InvalidAccessKeyId', 'unknown-key'],
  ['RequestTimeTooSkewed', 'clock'],
  ['SignatureDoesNotMatch', 'wrong-secret'],
]);
const ALIASES: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'ExpiredToken',
  InvalidToken: 'ExpiredToken',
  TokenProviderError: 'ExpiredToken',
  TokenRefreshRequired: 'ExpiredToken',
  // versitygw's own, with HTTP 404.
  XAdminUserNotFound: 'InvalidAccessKeyId',
};
/** An answer to HEAD has no body that could name the reason; what we ask is well formed, so this is the usual one. */
const NAMELESS_400: Refusal = 'expired';
const REGION = /^[a-z0-9-]{1,64}$/;

/** Whether the store refuses whoever asks, rather than failing. */
export function isRefusal(error: unknown): boolean {
  return refusalOf(error) !== undefined;
}

/** Bucket and, where there is one, the endpoint's host: an endpoint may carry a password. */
export function describeBucket({ bucket, endpoint }: S3Location): string {
  return endpoint === undefined ? `Bucket ${bucket}` : `Bucket ${bucket} at ${new URL(endpoint).host}`;
}

/**
 * Says in our words what the SDK reports. The text of the store is left to `cause`: it may repeat what was sent.
 * An error that is ours already is returned as it is.
 */
export function toStorageError(
  cause: unknown,
  { location, key, needs, signal }: S3ErrorContext,
): TelemetryError {
  if (cause instanceof TelemetryError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  if (signal?.aborted || name === 'AbortError') return abortedError(signal, cause);

  const where = describeBucket(location);
  const status = httpStatus(cause);

  const refusal = refusalOf(cause);
  if (refusal !== undefined) {
    return new StorageAccessDeniedError(`${where} refuses: ${adviceOf(refusal, cause, needs)}`, {
      cause,
      refusal,
      region: regionOf(cause),
    });
  }
  if (name === 'NoSuchBucket' || (name === 'NotFound' && key === undefined)) {
    return new StorageNotFoundError(`${where} does not exist; check S3_BUCKET`, { cause });
  }
  if (key !== undefined && (status === 404 || name === 'NoSuchKey')) {
    return new DatasetChangedError(`Object ${key} was removed since it was listed`, { cause });
  }
  // 416: a range that was inside the listed object is outside of this one.
  if (key !== undefined && (status === 412 || status === 416)) {
    return new DatasetChangedError(`Object ${key} was replaced since it was listed`, { cause });
  }
  return new StorageUnavailableError(
    `${where} does not answer as it should (${summary(cause, name, status)})`,
    {
      cause,
    },
  );
}

function refusalOf(error: unknown): Refusal | undefined {
  const name = error instanceof Error ? error.name : '';
  const status = httpStatus(error);
  const known = REFUSALS.get(ALIASES[name] ?? name);
  if (known !== undefined) return known;
  if (status === 400 && isNameless(name)) return NAMELESS_400;
  return status === 401 || status === 403 ? 'untold' : undefined;
}

/** The SDK calls what names no reason `Unknown…`, or by its status. */
function isNameless(name: string): boolean {
  return name.startsWith('Unknown') || name === 'Forbidden' || /^\d+$/.test(name);
}

function adviceOf(refusal: Refusal, cause: unknown, needs = READING): string {
  if (refusal === 'policy') return `the credentials may not do this; they need ${needs}`;
  if (refusal !== 'untold') return ADVICE[refusal];
  const name = cause instanceof Error ? cause.name : '';
  const status = httpStatus(cause);
  return isNameless(name)
    ? `it does not say why (HTTP ${status}); most often the credentials may not do this, and need ${needs}`
    : `it says ${name} (HTTP ${status}); its documentation tells what that means`;
}

/** S3 names it beside the reason, and in a header. */
function regionOf(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const told = 'Region' in error ? error.Region : error.$response?.headers['x-amz-bucket-region'];
  return typeof told === 'string' && REGION.test(told) ? told : undefined;
}

function httpStatus(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function summary(cause: unknown, name: string, status: number | undefined): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return (
    [status === undefined ? '' : `HTTP ${status}`, name === 'Error' ? '' : name, code === name ? '' : code]
      .filter((part) => part !== '')
      .join(', ') || 'no reason given'
  );
}
