import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/config.ts';
import { StorageAccessDeniedError, StorageNotFoundError, type TelemetryError } from '../../errors.ts';
import { describeBucket, toStorageError } from '../../storage/s3-errors.ts';
import { isListing, noListing } from '../../storage/s3-listing.ts';
import { refusalMend, toList } from './refusal.ts';
import { type Finding, fail, type Looked, ok, warn } from './report.ts';

/** S3 refuses requests whose time is further off. */
const REFUSED_SKEW_MS = 15 * 60_000;
const SKEW_MS = 60_000;

type Headers = Readonly<Record<string, string>>;

/** Whether the store answers, knows the bucket and the credentials, and what time it has. */
export async function lookAtBucket(client: S3Client, location: S3Location, now: Date): Promise<Looked<true>> {
  const answers: Headers[] = [];
  client.middlewareStack.add(
    (next) => async (request) => {
      try {
        const answer = await next(request);
        answers.push(headersOf(answer.response));
        return answer;
      } catch (error) {
        if (error instanceof Error && '$response' in error) answers.push(headersOf(error.$response));
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'keepHeaders', override: true },
  );
  const started = performance.now();
  const error = await client
    // Answers to HEAD have no body that could name the reason of a refusal.
    .send(new ListObjectsV2Command({ Bucket: location.bucket, Prefix: location.prefix, MaxKeys: 1 }))
    .then(
      (page) => (isListing(page) ? undefined : noListing(location)),
      (cause: unknown) => toStorageError(cause, { location }),
    );
  const took = `${((performance.now() - started) / 1000).toFixed(3)} s`;
  client.middlewareStack.remove('keepHeaders');
  const [first] = answers;
  const findings = [
    ...(error === undefined
      ? [ok(`${describeBucket(location)} answers, in ${took}`)]
      : [findingOf(error, location, first?.['content-type'])]),
    ...regionFindings(await client.config.region(), location, answers),
    ...(first === undefined ? [] : clockFindings(first['date'], now)),
  ];
  return findings.some(({ status }) => status === 'fail') ? { findings } : { findings, value: true };
}

/** @param type what kind of answer came, if any */
function findingOf(told: TelemetryError, location: S3Location, type: string | undefined): Finding {
  if (told instanceof StorageAccessDeniedError) {
    return told.refusal === 'policy'
      ? ok(`${describeBucket(location)} answers, and knows the credentials`)
      : fail(told.message, refusalMend(told, location, toList(location)));
  }
  const store = location.endpoint === undefined ? '' : `, or S3_ENDPOINT if the bucket is in another store`;
  if (told instanceof StorageNotFoundError) {
    return fail(`${describeBucket(location)} does not exist`, `mend S3_BUCKET${store}`);
  }
  if (type !== undefined && !/\bxml\b/i.test(type)) {
    return fail(
      `${told.message}; what answers sends ${type}, and a store XML`,
      location.endpoint === undefined
        ? 'let this machine reach S3 itself: a proxy answers in its place'
        : 'mend S3_ENDPOINT: the port of the store’s API, not that of its console or of a proxy’s pages',
    );
  }
  return fail(
    told.message,
    location.endpoint === undefined
      ? 'let this machine reach S3 over HTTPS: a proxy, a VPC endpoint, the name service'
      : 'mend S3_ENDPOINT: the URL of an S3 store that this machine reaches, with http or https as it speaks',
  );
}

function regionFindings(used: string, { endpoint }: S3Location, answers: readonly Headers[]): Finding[] {
  const region = answers.map((headers) => headers['x-amz-bucket-region']).find((name) => name !== undefined);
  if (region === undefined || endpoint !== undefined) return [];
  if (region === used) return [ok(`its region is ${region}`)];
  return [
    warn(
      `its region is ${region}, but AWS_REGION or the profile says ${used}; each first request is sent to the wrong one`,
      `set AWS_REGION to ${region}`,
    ),
  ];
}

function clockFindings(date: string | undefined, now: Date): Finding[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  const skewMs = now.getTime() - theirs;
  if (Math.abs(skewMs) <= SKEW_MS) return [];
  const found = `this machine's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the store's`;
  const mend = 'set the clock of this machine (NTP)';
  return [
    Math.abs(skewMs) > REFUSED_SKEW_MS
      ? fail(`${found}, and so requests are refused`, mend)
      : warn(found, mend),
  ];
}

function headersOf(response: unknown): Headers {
  const { headers = {} } = (response ?? {}) as { headers?: Headers };
  return headers;
}
