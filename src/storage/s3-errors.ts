import { S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import {
  DatasetChangedError,
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
  readonly signal?: AbortSignal | undefined;
}

/** What a person can do about it, by the names that S3 and the SDK's credential chain give their refusals. */
const REFUSALS: Readonly<Record<string, string>> = {
  AccessDenied:
    'the credentials may not do this; they need s3:ListBucket on the bucket and s3:GetObject below the prefix',
  AuthorizationHeaderMalformed:
    'the request was signed for another region; set AWS_REGION to the one of the bucket',
  CredentialsProviderError:
    'no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, or run with a role',
  ExpiredToken:
    'the credentials have expired; renew them (aws sso login) or run with a role, which renews them by itself',
  InvalidAccessKeyId: 'the store does not know this access key; check AWS_ACCESS_KEY_ID',
  RequestTimeTooSkewed: "this machine's clock is wrong; set it",
  SignatureDoesNotMatch: 'the secret does not fit the access key; check AWS_SECRET_ACCESS_KEY',
};
const ALIASES: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'ExpiredToken',
  InvalidToken: 'ExpiredToken',
  TokenProviderError: 'ExpiredToken',
  TokenRefreshRequired: 'ExpiredToken',
  // versitygw's own, with HTTP 404.
  XAdminUserNotFound: 'InvalidAccessKeyId',
};
/** An answer to HEAD has no body that could name the reason; what we ask is well formed, so this is the usual one. */
const NAMELESS_400 = 'ExpiredToken';

/** Whether the store refuses whoever asks, rather than failing. */
export function isRefusal(error: unknown): boolean {
  const status = httpStatus(error);
  return refusal(error) !== undefined || status === 401 || status === 403;
}

/** Bucket and, where there is one, the endpoint's host: an endpoint may carry a password. */
export function describeBucket({ bucket, endpoint }: S3Location): string {
  return endpoint === undefined ? `Bucket ${bucket}` : `Bucket ${bucket} at ${new URL(endpoint).host}`;
}

/**
 * Says in our words what the SDK reports. The text of the store is left to `cause`: it may repeat what was sent.
 * An error that is ours already is returned as it is.
 */
export function toStorageError(cause: unknown, { location, key, signal }: S3ErrorContext): TelemetryError {
  if (cause instanceof TelemetryError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  if (signal?.aborted || name === 'AbortError') return abortedError(signal, cause);

  const where = describeBucket(location);
  const status = httpStatus(cause);

  if (isRefusal(cause)) {
    return new StorageAccessDeniedError(`${where} refuses: ${refusal(cause) ?? REFUSALS['AccessDenied']}`, {
      cause,
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

function refusal(error: unknown): string | undefined {
  const name = error instanceof Error ? error.name : '';
  const isNameless = httpStatus(error) === 400 && name.startsWith('Unknown');
  return REFUSALS[isNameless ? NAMELESS_400 : (ALIASES[name] ?? name)];
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
