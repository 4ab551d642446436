import { expect, onTestFinished, test } from 'vitest';
import { newKey } from '../../src/access/api-key.ts';
import { appOver } from '../support/app-over.ts';
import { keyFile } from '../support/key-file.ts';

const GUESSER = '198.51.100.1';
const OTHER = '198.51.100.2';

async function guarded(environment: Readonly<Record<string, string>> = {}) {
  const { file, reader } = await keyFile();
  const app = await appOver(
    'plain',
    {},
    {
      API_KEYS_FILE: file,
      TRUSTED_PROXIES: '1',
      VIEWER_REQUESTS_PER_SECOND: '1',
      VIEWER_BURST: '3',
      ...environment,
    },
  );
  onTestFinished(() => app.close());
  await app.refresh();
  const from = async (address: string, key?: string, init: RequestInit = {}, path = '/overview') => {
    const headers = { 'x-forwarded-for': address, ...(key === undefined ? {} : { 'x-api-key': key }) };
    const response = await app.get(path, { ...init, headers });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.json(),
    };
  };
  return { reader, from };
}

test('from an address that was refused too often no key is looked at, good or bad', async () => {
  const { reader, from } = await guarded();
  for (let guess = 0; guess < 3; guess++) expect((await from(GUESSER, newKey())).status).toBe(401);
  for (const key of [newKey(), undefined, reader]) {
    expect(await from(GUESSER, key)).toMatchObject({
      status: 429,
      retryAfter: '1',
      body: { code: 'RATE_LIMITED' },
    });
  }
  expect((await from(OTHER, reader)).status).toBe(200);
  const { body } = await from(GUESSER, reader, { method: 'POST' }, '/graphql?query={__typename}');
  expect(body).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  // Pages and health hold nothing to guess.
  expect((await from(GUESSER, undefined, {}, '/health')).status).toBe(200);
});

test('good keys take nothing of what refusals have, nor the other way round', async () => {
  const { reader, from } = await guarded();
  for (let round = 0; round < 3; round++) expect((await from(GUESSER, reader)).status).toBe(200);
  expect((await from(GUESSER, reader)).status).toBe(429);
  expect((await from(GUESSER, newKey())).status).toBe(401);
});

test('who is known and may not do it is refused at their own rate, and keeps nobody else out', async () => {
  const { reader, from } = await guarded();
  const statuses: number[] = [];
  for (let round = 0; round < 4; round++) {
    statuses.push((await from(GUESSER, reader, { method: 'POST' }, '/refresh')).status);
  }
  expect(statuses).toEqual([403, 403, 403, 429]);
  expect((await from(GUESSER, newKey())).status).toBe(401);
});

test('where nobody has to say who they are, only what needs a token is closed to who tries', async () => {
  const { from } = await guarded({ API_KEYS_FILE: '', REFRESH_TOKEN: 'a-token-for-tests-only' });
  const refresh = () => from(GUESSER, undefined, { method: 'POST' }, '/refresh');
  for (let guess = 0; guess < 3; guess++) expect((await refresh()).status).toBe(401);
  expect((await refresh()).status).toBe(429);
  expect((await from(GUESSER)).status).toBe(200);
});
