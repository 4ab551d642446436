import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/config.ts';
import { StorageUnavailableError } from '../../errors.ts';
import { toStorageError } from '../../storage/s3-errors.ts';
import { fail, type Looked, ok, warn } from './report.ts';

/** By the SDK's own names of where credentials come from: the first that is part of one of them. */
const SOURCES: readonly (readonly [part: string, words: string])[] = [
  ['SSO', 'SSO'],
  ['WEB_ID', 'a web identity token'],
  ['ASSUME_ROLE', 'an assumed role'],
  ['ENV_VARS', 'the environment'],
  ['PROCESS', 'a credential process'],
  ['PROFILE', 'a profile'],
  ['HTTP', 'the container'],
  ['IMDS', 'the instance'],
];
const SHOWN = 4;
const SOON_MS = 15 * 60_000;

/** Whether there are any, and where they come from. Nothing of them is shown but the end of the key's id. */
export async function lookAtCredentials(client: S3Client, location: S3Location): Promise<Looked<true>> {
  try {
    const identity = await client.config.credentials();
    const source = '$source' in identity ? Object.keys(identity.$source as object) : [];
    const [, from = 'the SDK’s chain'] =
      SOURCES.find(([part]) => source.some((name) => name.includes(part))) ?? [];
    const profile = process.env['AWS_PROFILE'] ? ` (AWS_PROFILE is ${process.env['AWS_PROFILE']})` : '';
    const found = `access key …${identity.accessKeyId.slice(-SHOWN)} from ${from}${from === 'the environment' ? '' : profile}`;
    const { expiration } = identity;
    if (expiration === undefined) return { findings: [ok(found)], value: true };
    const until = `${found}, good until ${expiration.toISOString()}`;
    const isRenewed = from !== 'the environment';
    if (isRenewed || expiration.getTime() - Date.now() > SOON_MS)
      return { findings: [ok(until)], value: true };
    return {
      findings: [warn(until, 'renew them, or run with a role, which renews them by itself')],
      value: true,
    };
  } catch (error) {
    const told = toStorageError(error, { location });
    if (!(told instanceof StorageUnavailableError)) throw error;
    const mend =
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, sign in (aws sso login), or run with a role';
    return { findings: [fail(told.message, mend)] };
  }
}
