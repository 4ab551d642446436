import type { S3Location } from '../../config/config.ts';
import type { StorageAccessDeniedError } from '../../errors.ts';

/**
 * What to do about a store that refuses.
 * @param policy what a policy has to allow for what was asked
 */
export function refusalMend(
  { refusal, region }: StorageAccessDeniedError,
  { endpoint }: S3Location,
  policy: string,
): string {
  switch (refusal) {
    case 'policy':
      return `allow ${policy}: see docs/iam-policy.json`;
    case 'region':
      if (region !== undefined) return `set AWS_REGION to ${region}`;
      return endpoint === undefined
        ? 'set AWS_REGION to the region of the bucket'
        : 'set AWS_REGION to the region that the store is configured with, us-east-1 as a rule';
    case 'no-credentials':
      return 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, sign in (aws sso login), or run with a role';
    case 'expired':
      return 'renew the credentials (aws sso login), or run with a role, which renews them by itself';
    case 'unknown-key':
      return endpoint === undefined
        ? 'mend AWS_ACCESS_KEY_ID: a key that AWS knows and that is active'
        : 'mend AWS_ACCESS_KEY_ID: a key of the store at S3_ENDPOINT';
    case 'wrong-secret':
      return 'mend AWS_SECRET_ACCESS_KEY: the secret of this access key';
    case 'clock':
      return 'set the clock of this machine (NTP)';
    case 'untold':
      return `look into the log of the store, or of what stands before it, for what it refuses; if it is a policy, allow ${policy}`;
  }
}

/** What a policy has to allow for a listing. */
export function toList({ bucket, prefix }: S3Location): string {
  return `s3:ListBucket on arn:aws:s3:::${bucket} with the prefix ${prefix || '(none)'}`;
}

/** What a policy has to allow for a read. */
export function toRead({ bucket, prefix }: S3Location): string {
  return `s3:GetObject on arn:aws:s3:::${bucket}/${prefix}*, and kms:Decrypt where a key of KMS encrypts them`;
}
