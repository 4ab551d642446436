import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Report } from '../../src/cli/check/report.ts';
import { telemetryApi } from '../support/cli.ts';
import { datasets } from '../support/datasets.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { scratchFolder, temporaryFolder } from '../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
  await server.createBucket('fleet');
  const folder = await scratchFolder();
  await datasets.dst(folder);
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => one.endsWith('.parquet'))) {
    await server.put('fleet', `telemetry/2026/${name}`, await readFile(path.join(folder, name)));
  }
  await server.put('fleet', 'logs/a.txt', 'text');
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => server.stop());

const environment = () => ({
  S3_BUCKET: 'fleet',
  S3_ENDPOINT: server.endpoint,
  AWS_REGION: server.region,
  AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  AWS_MAX_ATTEMPTS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
});

async function check(env: Readonly<Record<string, string>> = {}, ...args: string[]) {
  const cwd = await temporaryFolder();
  const { code, stdout, stderr } = await telemetryApi(['check', '--json', ...args], {
    cwd,
    // No profile of whoever runs the tests.
    env: { ...environment(), HOME: cwd, ...env },
  });
  expect(stderr).toBe('');
  // Whatever is told, the secret is not.
  expect(stdout).not.toContain(server.credentials.secretAccessKey);
  const report = JSON.parse(stdout) as Report;
  const of = (step: string) => report.steps.find((one) => one.step === step);
  const failed = report.steps.filter(({ status }) => status === 'fail');
  const { found, mend } = failed[0]?.findings.find(({ status }) => status === 'fail') ?? {};
  return { code, report, of, failed: failed.map(({ step }) => step), found, mend };
}

async function proxied(): Promise<FaultProxy> {
  const proxy = await startFaultProxy(server.endpoint);
  onTestFinished(() => proxy.stop());
  return proxy;
}
const isListing = (url: string) => url.includes('list-type=2');
const xml = (code: string, more = '') =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message>${more}</Error>`;
const refusing = (status: number, code: string, more?: string) => ({
  kind: 'status' as const,
  status,
  body: xml(code, more),
  headers: { 'content-type': 'application/xml' },
});

test('a bucket that is fine, read directly', async () => {
  const { code, report, of } = await check();
  expect(code).toBe(0);
  expect(report.steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
    'settings ok',
    'folders ok',
    'credentials ok',
    'bucket ok',
    'listing ok',
    'objects ok',
    'reading ok',
  ]);
  const id = server.credentials.accessKeyId;
  expect(of('credentials')?.findings[0]?.found).toBe(`access key …${id.slice(-4)} from the environment`);
  expect(of('listing')?.findings[0]?.found).toMatch(
    /^\d+ Parquet objects \(\d+\.\d MB\), the newest of .+Z, listed in \d\.\d{3} s$/,
  );
  expect(of('reading')?.findings[0]?.found).toContain('directly, by DuckDB’s httpfs');
});

test('with a cache folder it is read through one, and that of the service is left alone', async () => {
  const cache = path.join(await temporaryFolder(), 'cache');
  const { code, of } = await check({ OBJECT_CACHE_DIR: cache });
  expect(code).toBe(0);
  expect(of('reading')?.findings[0]?.found).toContain('as a whole, into a cache');
  expect(await readdir(cache)).toEqual([]);
});

test('no objects under the prefix: the nearest prefixes that have some', async () => {
  const { code, failed, mend } = await check({}, '--prefix', 'telemetry/2025');
  expect([code, failed]).toEqual([1, ['listing']]);
  expect(mend).toMatch(/^mend S3_PREFIX; there are Parquet objects below telemetry\/2026\/ \(\d+\)/);
  const logs = await check({}, '--prefix', 'logs/');
  expect(logs.mend).toBe('have their keys end in .parquet, which says what they are');
  expect(logs.found).toContain('such as logs/a.txt');
});

test('a bucket that is not there', async () => {
  const { failed, mend, report } = await check({ S3_BUCKET: 'no-such-bucket' });
  expect(failed).toEqual(['bucket']);
  expect(mend).toBe('mend S3_BUCKET, or S3_ENDPOINT if the bucket is in another store');
  expect(report.steps.filter(({ status }) => status === 'skipped').map(({ step }) => step)).toEqual([
    'listing',
    'objects',
    'reading',
  ]);
});

test('no credentials, an unknown key, a wrong secret', async () => {
  const none = await check({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
  expect(none.failed).toEqual(['credentials']);
  expect(none.mend).toMatch(/AWS_PROFILE.+aws sso login.+role/);
  const unknown = await check({ AWS_ACCESS_KEY_ID: 'nobody' });
  expect([unknown.failed, unknown.found]).toEqual([
    ['bucket'],
    expect.stringContaining('does not know this access key'),
  ]);
  const wrong = await check({ AWS_SECRET_ACCESS_KEY: 'hunter2' });
  expect([wrong.failed, wrong.found]).toEqual([
    ['bucket'],
    expect.stringContaining('the secret does not fit the access key'),
  ]);
  expect(JSON.stringify(wrong.report)).not.toContain('hunter2');
});

test('nobody at the endpoint, and something that is no store', async () => {
  const nobody = await check({ S3_ENDPOINT: `http://127.0.0.1:${await freePort()}` });
  expect([nobody.failed, nobody.mend]).toEqual([['bucket'], expect.stringMatching(/^mend S3_ENDPOINT/)]);
  const proxy = await proxied();
  // The second is what the console of a store sends, which no parser of XML takes.
  for (const body of ['<html>hello</html>', '<!doctype html><html><head><meta charset="utf-8"><br></html>']) {
    proxy.fault = () => ({ kind: 'status', status: 200, body, headers: { 'content-type': 'text/html' } });
    const { code, failed, found, mend } = await check({ S3_ENDPOINT: proxy.endpoint });
    expect([code, failed]).toEqual([1, ['bucket']]);
    expect(found).toMatch(/what answers sends text\/html, and a store XML$/);
    expect(mend).toMatch(/^mend S3_ENDPOINT: the port of the store’s API, not that of its console/);
  }
});

test('what may be listed and not be read, and what may not be listed', async () => {
  const proxy = await proxied();
  proxy.fault = ({ method, url }) =>
    method === 'GET' && !isListing(url) ? refusing(403, 'AccessDenied') : [];
  const unread = await check({ S3_ENDPOINT: proxy.endpoint });
  expect(unread.failed).toEqual(['objects']);
  expect(unread.mend).toMatch(/^allow s3:GetObject on arn:aws:s3:::fleet\/telemetry\/\*, and kms:Decrypt/);
  proxy.fault = ({ url }) => (isListing(url) ? refusing(403, 'AccessDenied') : []);
  const unlisted = await check({ S3_ENDPOINT: proxy.endpoint });
  expect(unlisted.failed).toEqual(['listing']);
  expect(unlisted.mend).toBe(
    'allow s3:ListBucket on arn:aws:s3:::fleet with the prefix telemetry/: see docs/iam-policy.json',
  );
});

test('prefixes that may not be listed are not taken for empty ones', async () => {
  const proxy = await proxied();
  const isOther = (url: string) => isListing(url) && !url.includes('prefix=telemetry%2F2025%2F');
  proxy.fault = ({ url }) => (isOther(url) ? refusing(403, 'AccessDenied') : []);
  const { code, failed, mend } = await check({ S3_ENDPOINT: proxy.endpoint }, '--prefix', 'telemetry/2025/');
  expect([code, failed]).toEqual([1, ['listing']]);
  expect(mend).toMatch(
    /^mend S3_PREFIX, or put objects there .+ the credentials may not list other prefixes$/,
  );
});

test.each([
  ['InvalidAccessKeyId', 403, '', /^mend AWS_ACCESS_KEY_ID: a key of the store at S3_ENDPOINT$/],
  ['SignatureDoesNotMatch', 403, '', /^mend AWS_SECRET_ACCESS_KEY/],
  ['ExpiredToken', 400, '', /^renew the credentials \(aws sso login\)/],
  ['RequestTimeTooSkewed', 403, '', /^set the clock of this machine \(NTP\)$/],
  ['AuthorizationHeaderMalformed', 400, '<Region>eu-central-1</Region>', /^set AWS_REGION to eu-central-1$/],
  [
    'AuthorizationHeaderMalformed',
    400,
    '',
    /^set AWS_REGION to the region that the store is configured with/,
  ],
  ['AccountProblem', 403, '', /^look into the log of the store, .+ if it is a policy, allow s3:ListBucket/],
])('%s (HTTP %d) %s: the bucket step says what to mend', async (code, status, more, mends) => {
  const proxy = await proxied();
  proxy.fault = () => refusing(status, code, more);
  const { failed, mend, found } = await check({ S3_ENDPOINT: proxy.endpoint });
  expect([failed, mend]).toEqual([['bucket'], expect.stringMatching(mends)]);
  expect(found).toContain('refuses: ');
});

test('a refusal that is none of S3 is told as what it is', async () => {
  const proxy = await proxied();
  proxy.fault = () => refusing(403, 'AccountProblem');
  const { found } = await check({ S3_ENDPOINT: proxy.endpoint });
  expect(found).toMatch(/refuses: it says AccountProblem \(HTTP 403\)/);
  expect(found).not.toContain('may not do this');
  proxy.fault = () => ({ kind: 'status', status: 403, headers: { 'content-type': 'text/html' }, body: '' });
  const nameless = await check({ S3_ENDPOINT: proxy.endpoint });
  expect([nameless.failed, nameless.found]).toEqual([
    ['bucket'],
    expect.stringContaining('it does not say why (HTTP 403)'),
  ]);
});

test('a region that the store is not in: its own refusal, and what to mend', async () => {
  const { failed, mend } = await check({ AWS_REGION: 'eu-west-3' });
  expect([failed, mend]).toEqual([['bucket'], expect.stringMatching(/^set AWS_REGION to /)]);
});

test('a clock that is off: a warning, and a failure where the store refuses for it', async () => {
  const proxy = await proxied();
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toUTCString();
  proxy.fault = () => ({ kind: 'edit', headers: { date: at(3) } });
  const off = await check({ S3_ENDPOINT: proxy.endpoint });
  expect(off.code).toBe(0);
  const clock = off.of('bucket')?.findings.find(({ status }) => status === 'warn');
  expect(clock?.found).toMatch(/^this machine's clock is 1[78]\d s ahead of the store's$/);
  expect(clock?.mend).toContain('NTP');
  proxy.fault = () => refusing(403, 'RequestTimeTooSkewed');
  const refused = await check({ S3_ENDPOINT: proxy.endpoint });
  expect([refused.failed, refused.found]).toEqual([
    ['bucket'],
    expect.stringContaining("this machine's clock is wrong"),
  ]);
});

test('credentials that have expired', async () => {
  const proxy = await proxied();
  proxy.fault = () => refusing(400, 'ExpiredToken');
  const { failed, found } = await check({ S3_ENDPOINT: proxy.endpoint });
  expect([failed, found]).toEqual([['bucket'], expect.stringContaining('expired')]);
});
