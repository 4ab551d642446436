import { importPKCS8, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { TrinoCredentials } from '../../../src/config/trino-settings.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { ACCOUNT } from '../../support/trino-accounts.ts';
import { numbers, startTrinoEngine } from './start-trino-engine.ts';

const NOW = Math.floor(Date.now() / 1000);

/** As one that ends TLS before the cluster. */
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(inject('trinoUrl'), { 'x-forwarded-proto': 'https' });
});
afterAll(() => proxy.stop());

const token = async (user: string, expiresAt: number) => {
  const key = await importPKCS8(inject('trinoTokenKey'), 'RS256');
  const signed = new SignJWT({ sub: user }).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(expiresAt);
  return { token: await signed.sign(key) };
};

const asUser = (credentials: TrinoCredentials | undefined, user = ACCOUNT.user) =>
  startTrinoEngine({ url: proxy.endpoint, user, credentials });

const { password } = ACCOUNT;

test.each([
  ['a password', async () => ({ password })],
  ['a token', async () => token(ACCOUNT.user, NOW + 3_600)],
])('with %s the whole of a query is let in', async (_, credentials) => {
  const engine = asUser(await credentials());
  expect(await engine.run({ name: 'who', sql: 'SELECT current_user AS who' })).toEqual([
    { who: ACCOUNT.user },
  ]);
  const before = proxy.requests.length;
  expect((await engine.run(numbers(20))).length).toBe(200_000);
  for await (const _ of await engine.stream(numbers(5_000))) break;
  await engine.close();
  const asked = proxy.requests.slice(before);
  expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['POST', 'GET', 'DELETE']));
  expect(asked.every(({ headers }) => headers.authorization !== undefined)).toBe(true);
});

test.each([
  ['none', async () => undefined],
  ['a wrong password', async () => ({ password: 'wrong' })],
  ['an unknown user', async () => ({ password }), 'mallory'],
  ['a token that has expired', async () => token(ACCOUNT.user, NOW - 3_600)],
  [
    'a token that is not signed',
    async () => ({
      token: `${(await token(ACCOUNT.user, NOW + 3_600)).token.slice(0, -20)}${'A'.repeat(20)}`,
    }),
  ],
  ['a token of another than the user', async () => token(ACCOUNT.user, NOW + 3_600), 'bob'],
])(
  'with %s there is one request, and a code that repeats nothing',
  async (_, credentials, user = ACCOUNT.user) => {
    const before = proxy.requests.length;
    const error = await asUser(await credentials(), user)
      .run({ name: 'who', sql: 'SELECT current_user AS who' })
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'ENGINE_ACCESS_DENIED', status: 503 });
    expect(error.message).not.toContain(user);
    expect(proxy.requests.slice(before).filter(({ method }) => method === 'POST').length).toBe(1);
  },
);
