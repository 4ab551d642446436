import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { lookAtBucket } from '../../src/cli/check/bucket.ts';
import { resolveBucketRegion } from '../../src/storage/s3-client.ts';

/** Of the bucket. */
const HOME = 'eu-central-1';
/** On AWS: the endpoint is in no setting. */
const LOCATION = { bucket: 'lake', prefix: 'telemetry/' };

interface Aws {
  readonly client: S3Client;
  /** What requests were signed for, one after another. */
  readonly regions: string[];
}

/**
 * A client that takes this server for AWS, which answers as S3 does to requests for a bucket of another region.
 * @param isAllowed whether the bucket itself may be asked for, which no policy of ours needs
 */
async function aws(region: string, isAllowed = true): Promise<Aws> {
  const regions: string[] = [];
  const server = createServer((request, response) => {
    const [, signed = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\/s3\//.exec(request.headers.authorization ?? '') ?? [];
    regions.push(signed);
    const headers = { 'content-type': 'application/xml', 'x-amz-bucket-region': HOME };
    const answer = (status: number, body: string) =>
      response.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body);
    if (signed !== HOME)
      return answer(
        301,
        `<Error><Code>PermanentRedirect</Code><Endpoint>lake.s3.${HOME}.amazonaws.com</Endpoint></Error>`,
      );
    if (request.method === 'HEAD' && !isAllowed) return answer(403, '');
    return answer(
      200,
      '<ListBucketResult><Name>lake</Name><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>',
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    region,
    followRegionRedirects: true,
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return { client, regions };
}

test.each([
  ['that may be asked for', true],
  ['that may not: the refusal names it too', false],
])('the region of a bucket %s is found', async (_, isAllowed) => {
  const { client, regions } = await aws('us-east-1', isAllowed);
  expect(await resolveBucketRegion(client, LOCATION)).toBe(HOME);
  expect(regions[0]).toBe('us-east-1');
});

test('a store with an endpoint of its own is not asked for the region', async () => {
  const { client, regions } = await aws('us-east-1');
  const location = { ...LOCATION, endpoint: 'http://store' };
  expect(await resolveBucketRegion(client, location)).toBe('us-east-1');
  expect(regions).toEqual([]);
});

test('check: a region that is another one than the bucket’s is a warning that names it', async () => {
  const { client, regions } = await aws('us-east-1');
  const { findings, value } = await lookAtBucket(client, LOCATION, new Date());
  expect(value).toBe(true);
  expect(regions).toEqual(['us-east-1', HOME]);
  expect(findings).toContainEqual({
    status: 'warn',
    found: `its region is ${HOME}, but AWS_REGION or the profile says us-east-1; each first request is sent to the wrong one`,
    mend: `set AWS_REGION to ${HOME}`,
  });
});

test('check: the right region is told', async () => {
  const { client, regions } = await aws(HOME);
  const { findings } = await lookAtBucket(client, LOCATION, new Date());
  expect(regions).toEqual([HOME]);
  expect(findings.map(({ status, found }) => [status, found])).toEqual([
    ['ok', expect.stringMatching(/^Bucket lake answers, in/)],
    ['ok', `its region is ${HOME}`],
  ]);
});
