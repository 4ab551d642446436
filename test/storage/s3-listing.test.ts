import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { DatasetChangedError, StorageUnavailableError } from '../../src/errors.ts';
import { S3Bucket } from '../../src/storage/s3-bucket.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { md5OfEtag } from '../../src/storage/s3-etag.ts';

/** Stores differ in what they list; this one answers with what a test writes down. */
type Answer = (url: URL) => {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

async function bucketOf(answer: Answer): Promise<S3Bucket> {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body = '' } = answer(new URL(request.url ?? '/', 'http://store'));
    response.writeHead(status, headers).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const location = { bucket: 'lake', prefix: 'tele metry/', endpoint: `http://127.0.0.1:${port}` };
  const client = createS3Client(location, {
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  stop = async () => {
    client.destroy();
    server.close();
    await once(server, 'close');
  };
  return new S3Bucket(client, location);
}

const listing = (inside: string) => ({
  body: `<?xml version="1.0"?><ListBucketResult>${inside}</ListBucketResult>`,
});
const content = (key: string, rest = '<ETag>&quot;abc&quot;</ETag>') =>
  `<Contents><Key>${key}</Key><Size>10</Size><LastModified>2026-01-02T03:04:05.678Z</LastModified>${rest}</Contents>`;

test('decodes keys when the store says that it encoded them', async () => {
  const bucket = await bucketOf(() =>
    listing(
      `<EncodingType>url</EncodingType>${content('tele+metry/a+b%2Bc%2525%01%E6%97%A5.parquet')}${content('tele%20metry/d.parquet')}`,
    ),
  );
  expect((await bucket.list()).map(({ key }) => key)).toEqual(['a b+c%25\u0001日.parquet', 'd.parquet']);
});

test('takes keys as they are when the store does not', async () => {
  const bucket = await bucketOf(() => listing(content('tele metry/a+b%20.parquet')));
  expect(await bucket.list()).toEqual([
    { key: 'a+b%20.parquet', etag: 'abc', size: 10, lastModified: new Date('2026-01-02T03:04:05.678Z') },
  ]);
});

test('reads to the last page and sorts across pages', async () => {
  const bucket = await bucketOf((url) => {
    const token = url.searchParams.get('continuation-token');
    if (token === 'two') return listing(content('tele metry/a.parquet'));
    return listing(
      `<IsTruncated>true</IsTruncated><NextContinuationToken>two</NextContinuationToken>${content('tele metry/b.parquet')}`,
    );
  });
  expect((await bucket.list()).map(({ key }) => key)).toEqual(['a.parquet', 'b.parquet']);
});

test.each([
  ['names no next page', '<IsTruncated>true</IsTruncated>'],
  ['repeats a page', '<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>'],
])('a listing that %s is an error, not a short listing', async (_, inside) => {
  const bucket = await bucketOf(() => listing(`${inside}${content('tele metry/a.parquet')}`));
  await expect(bucket.list()).rejects.toThrow(StorageUnavailableError);
});

test.each([
  '<html>hello</html>',
  '<!doctype html><html><head><title>Console</title></head><body>Sign in</body></html>',
  '<?xml version="1.0"?><ListAllMyBucketsResult><Owner><ID>me</ID></Owner></ListAllMyBucketsResult>',
])('what is no listing (%s) is an error, not a bucket whose objects are gone', async (body) => {
  const bucket = await bucketOf(() => ({ body, headers: { 'content-type': 'text/html' } }));
  await expect(bucket.list()).rejects.toThrow(StorageUnavailableError);
});

test('a store without ETags is told changes by size and time', async () => {
  let modified = 'Fri, 02 Jan 2026 03:04:05 GMT';
  const bucket = await bucketOf((url) =>
    url.searchParams.has('list-type')
      ? listing(content('tele metry/a.parquet', ''))
      : {
          status: 206,
          headers: { 'content-range': 'bytes 0-3/10', 'last-modified': modified, 'content-length': '4' },
          body: 'PAR1',
        },
  );
  const [object] = await bucket.list();
  if (!object) throw new Error('expected an object');
  expect(object.etag).toBe('derived:10-1767323045');
  expect(Buffer.from(await bucket.readRange(object, 0, 4)).toString()).toBe('PAR1');
  modified = 'Fri, 02 Jan 2026 03:04:06 GMT';
  await expect(bucket.readRange(object, 0, 4)).rejects.toThrow(DatasetChangedError);
});

test('tells which ETags are an MD5', () => {
  const md5 = 'D41D8CD98F00B204E9800998ECF8427E';
  expect(md5OfEtag(md5, {})).toBe(md5.toLowerCase());
  expect(md5OfEtag(md5, { ServerSideEncryption: 'AES256' })).toBe(md5.toLowerCase());
  expect(md5OfEtag(md5, { ServerSideEncryption: 'aws:kms' })).toBeUndefined();
  expect(md5OfEtag(md5, { ServerSideEncryption: 'aws:kms:dsse' })).toBeUndefined();
  expect(md5OfEtag(md5, { SSECustomerAlgorithm: 'AES256' })).toBeUndefined();
  expect(md5OfEtag(`${md5}-2`, {})).toBeUndefined();
  expect(md5OfEtag('derived:10-5', {})).toBeUndefined();
});
