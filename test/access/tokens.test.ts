import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { recordLog } from '../support/recorded-log.ts';
import { newSigningKey, startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

type SigningKey = Awaited<ReturnType<typeof newSigningKey>>;

const MINUTE = 60_000;
let first: SigningKey;
let second: SigningKey;
let stranger: SigningKey;
let folder: string;
let keysFile: string;
const key = newKey();

beforeAll(async () => {
  [first, second, stranger] = await Promise.all([
    newSigningKey('first'),
    newSigningKey('second', 'ES256'),
    newSigningKey('first'),
  ]);
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-tokens-'));
  keysFile = path.join(folder, 'keys.yaml');
  await writeFile(
    keysFile,
    `tenants: { north: { ids: [n-1], prefixes: [north-] }, ops: all }
keys: [{ id: mine, hash: "sha256:${digestOf(key).toString('hex')}", devices: all }]`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of started.splice(0)) await part.close();
});

async function issuerOf(...keys: SigningKey[]): Promise<TokenIssuer> {
  const issuer = await startTokenIssuer(...keys);
  started.push(issuer);
  return issuer;
}

/** The access that these settings make, and a clock of its own. */
async function accessTo(
  issuer: TokenIssuer,
  settings: Readonly<Record<string, string>> = {},
  log = createLogger('silent'),
) {
  const clock = { now: Date.now() };
  const { access: config } = loadConfig({ JWT_ISSUER: issuer.url, JWT_AUDIENCE: 'telemetry', ...settings });
  const access = await Access.create({
    config,
    refreshToken: undefined,
    log,
    now: () => new Date(clock.now),
  });
  started.unshift(access);
  const enter = async (token: string, permission: 'read' | 'refresh' = 'read') => {
    const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } });
    await access.admit(request, permission);
    return access.viewerOf(request);
  };
  /** What becomes of it: the viewer's id, or the code. */
  const outcome = (token: string) =>
    enter(token).then(
      ({ id }) => id,
      (error: { code?: string }) => error.code ?? error,
    );
  return { access, clock, enter, outcome };
}

const REFUSED = { code: 'UNAUTHORIZED', status: 401 };

test('a token says who asks, and what they may', async () => {
  const issuer = await issuerOf(first);
  const { enter } = await accessTo(issuer);
  const token = await issuer.issue({ scope: 'openid telemetry:read telemetry:explain telemetry:fly' });
  expect(await enter(token)).toEqual({
    id: 'jwt:someone',
    devices: null,
    permissions: new Set(['read', 'explain']),
  });
  expect((await enter(await issuer.issue({ sub: undefined, client_id: 'importer' }))).id).toBe(
    'jwt:importer',
  );
});

test.each([['RS256'], ['PS256'], ['ES256'], ['EdDSA']])('%s is taken', async (alg) => {
  const signer = await newSigningKey('one', alg);
  const issuer = await issuerOf(signer);
  const { outcome } = await accessTo(issuer);
  expect(await outcome(await issuer.issue({}))).toBe('jwt:someone');
});

test.each<[string, object]>([
  ['of another issuer', { iss: 'https://elsewhere.example' }],
  ['of an issuer that only begins so', { iss: 'http://127.0.0.1' }],
  ['for another audience', { aud: 'billing' }],
  ['for no audience', { aud: undefined }],
  ['for several others', { aud: ['billing', 'tele'] }],
  ['not good yet', { nbf: Math.floor(Date.now() / 1000) + 120 }],
  ['that never expires', { exp: undefined }],
  ['of nobody', { sub: undefined }],
  ['of an empty name', { sub: '' }],
  ['whose scope is a number', { scope: 7 }],
  ['whose scopes are no texts', { scope: ['telemetry:read', 7] }],
])('a token %s is refused', async (_what, claims) => {
  const issuer = await issuerOf(first);
  const { enter, outcome } = await accessTo(issuer);
  await expect(enter(await issuer.issue({ ...claims }))).rejects.toMatchObject(REFUSED);
  expect(await outcome(await issuer.issue({ aud: ['other', 'telemetry'] }))).toBe('jwt:someone');
});

test('forged tokens are refused: another signature, none, a secret that is the public key, a changed claim', async () => {
  const issuer = await issuerOf(first);
  const { enter, outcome } = await accessTo(issuer);
  const good = await issuer.issue({});
  expect(await outcome(good)).toBe('jwt:someone');

  const claims = { scope: 'telemetry:read', sub: 'someone' };
  const unsigned = new UnsecuredJWT(claims)
    .setIssuer(issuer.url)
    .setAudience('telemetry')
    .setExpirationTime('5m')
    .encode();
  const withSecret = (secret: Uint8Array) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .setIssuer(issuer.url)
      .setAudience('telemetry')
      .setExpirationTime('5m')
      .sign(secret);
  const pem = await exportSPKI(first.publicKey);
  const [header, body = '', signature] = good.split('.');
  const changed = JSON.parse(Buffer.from(body, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...changed, sub: 'admin' })).toString('base64url');
  for (const [name, token] of Object.entries({
    'the key of a stranger': await issuer.issue({}, { key: stranger }),
    'alg none': unsigned,
    'HS256 with the PEM': await withSecret(new TextEncoder().encode(pem)),
    'HS256 with the PEM, trimmed': await withSecret(new TextEncoder().encode(pem.trim())),
    'another claim': [header, forged, signature].join('.'),
    'no signature': [header, body, ''].join('.'),
    'no JWT': 'hello',
    'two dots': 'a.b.c',
    'five parts': 'a.b.c.d.e',
  })) {
    await expect(enter(token), name).rejects.toMatchObject(REFUSED);
  }
});

test('expired: a code of its own, once the clocks may no longer differ by so much', async () => {
  const issuer = await issuerOf(first);
  const { clock, enter, outcome } = await accessTo(issuer, { JWT_CLOCK_TOLERANCE_SECONDS: '20' });
  const start = Math.floor(clock.now / 1000);
  const token = await issuer.issue({ exp: start + 60, nbf: start + 10 });
  expect(await outcome(token)).toBe('jwt:someone');
  clock.now = (start + 79) * 1000;
  expect(await outcome(token)).toBe('jwt:someone');
  clock.now = (start + 81) * 1000;
  await expect(enter(token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED', status: 401 });
});

test('a token that does not name its key: fine while there is one', async () => {
  const issuer = await issuerOf(first);
  const { outcome } = await accessTo(issuer);
  expect(await outcome(await issuer.issue({}, { kid: null }))).toBe('jwt:someone');
  const other = await issuerOf(first, stranger);
  const two = await accessTo(other);
  expect(await two.outcome(await other.issue({}, { key: first, kid: null }))).toBe('UNAUTHORIZED');
});

test('rotation: a new key is fetched when a token needs it, and one that is withdrawn ceases to count', async () => {
  const issuer = await issuerOf(first);
  const { clock, enter, outcome } = await accessTo(issuer);
  const old = await issuer.issue({}, { expires: new Date(clock.now + 120 * MINUTE) });
  expect(await outcome(old)).toBe('jwt:someone');
  issuer.publish(first, second);
  const next = await issuer.issue({}, { key: second, expires: new Date(clock.now + 120 * MINUTE) });
  // A moment after the keys were fetched, nobody can tell whether one that they do not hold is made up or new.
  const before = issuer.requests();
  clock.now += 10_000;
  await expect(enter(next)).rejects.toMatchObject({
    code: 'SIGNING_KEY_UNKNOWN',
    status: 503,
    retryAfterSeconds: 20,
  });
  expect(issuer.requests()).toBe(before);
  clock.now += 20_000;
  expect(await Promise.all([outcome(next), outcome(next), outcome(old)])).toEqual(
    Array(3).fill('jwt:someone'),
  );
  expect(issuer.requests()).toBe(before + 1);

  issuer.publish(second);
  clock.now += 11 * MINUTE;
  // Whoever asks first does not wait for the fetch; the keys are others when it is done.
  expect(await outcome(old)).toBe('jwt:someone');
  await expect.poll(() => outcome(old)).toBe('SIGNING_KEY_UNKNOWN');
  clock.now += 31_000;
  expect(await outcome(old)).toBe('UNAUTHORIZED');
  expect(await outcome(next)).toBe('jwt:someone');
});

test('made-up key ids do not become requests to the issuer', async () => {
  const issuer = await issuerOf(first);
  const { clock, outcome } = await accessTo(issuer);
  expect(await outcome(await issuer.issue({}))).toBe('jwt:someone');
  clock.now += 31_000;
  // The first of them has the keys fetched, which tells that it is none of them.
  expect(await outcome(await issuer.issue({}, { kid: 'made-up' }))).toBe('UNAUTHORIZED');
  for (let index = 0; index < 20; index++) {
    expect(await outcome(await issuer.issue({}, { kid: `made-up-${index}` }))).toBe('SIGNING_KEY_UNKNOWN');
  }
  expect(issuer.requests()).toBe(2);
});

test.each(['error', 'nonsense'] as const)(
  'the issuer answers with %s: known keys go on counting for a day, a key that is not known is nobody’s fault',
  async (how) => {
    const issuer = await issuerOf(first);
    const { log, lines, says } = recordLog('error');
    const { clock, enter, outcome } = await accessTo(issuer, {}, log);
    const start = clock.now;
    const token = await issuer.issue({}, { expires: new Date(start + 72 * 60 * MINUTE) });
    expect(await outcome(token)).toBe('jwt:someone');
    issuer.behave(how);
    for (const hours of [1, 12, 23]) {
      clock.now = start + hours * 60 * MINUTE;
      expect(await outcome(token)).toBe('jwt:someone');
    }
    await says('the keys that sign tokens cannot be fetched');
    await expect(enter(await issuer.issue({}, { key: second }))).rejects.toMatchObject({
      code: 'SIGNING_KEYS_UNAVAILABLE',
      status: 503,
    });
    clock.now = start + 25 * 60 * MINUTE;
    expect(await outcome(token)).toBe('SIGNING_KEYS_UNAVAILABLE');
    issuer.behave('well');
    // Not everybody who asks asks the issuer.
    const before = issuer.requests();
    expect(await outcome(token)).toBe('SIGNING_KEYS_UNAVAILABLE');
    expect(issuer.requests()).toBe(before);
    clock.now += 3_000;
    expect(await outcome(token)).toBe('jwt:someone');
    expect(lines.join('\n')).not.toContain(token);
  },
);

test('an issuer that is down at the start: a code, and tokens count as soon as it is back', async () => {
  const issuer = await issuerOf(first);
  issuer.behave('error');
  const { clock, outcome } = await accessTo(issuer);
  const token = await issuer.issue({});
  expect(await outcome(token)).toBe('SIGNING_KEYS_UNAVAILABLE');
  issuer.behave('well');
  clock.now += 3_000;
  expect(await outcome(token)).toBe('jwt:someone');
});

test('an issuer that hangs holds up nobody whose key is known', async () => {
  const issuer = await issuerOf(first);
  const { clock, outcome } = await accessTo(issuer);
  const token = await issuer.issue({}, { expires: new Date(clock.now + 120 * MINUTE) });
  expect(await outcome(token)).toBe('jwt:someone');
  issuer.behave('silent');
  clock.now += 20 * MINUTE;
  const asked = performance.now();
  expect(await outcome(token)).toBe('jwt:someone');
  expect(performance.now() - asked).toBeLessThan(2_000);
});

const CLAIMS = {
  JWT_DEVICES_CLAIM: 'https://fleet.example.com/devices',
  JWT_DEVICE_PREFIXES_CLAIM: 'fleet.prefixes',
  JWT_TENANT_CLAIM: 'org',
  JWT_SCOPE_CLAIM: 'realm_access.roles',
  JWT_SCOPE_PREFIX: 'fleet-',
};
const MAY_READ = { realm_access: { roles: ['offline', 'fleet-read'] } };

test.each<[string, object, object | null]>([
  ['ids', { 'https://fleet.example.com/devices': ['a', 'b c'] }, { ids: ['a', 'b c'], prefixes: [] }],
  ['one id', { 'https://fleet.example.com/devices': 'a b,c' }, { ids: ['a b,c'], prefixes: [] }],
  ['no ids at all', { 'https://fleet.example.com/devices': [] }, { ids: [], prefixes: [] }],
  ['prefixes by a path', { fleet: { prefixes: ['p-'] } }, { ids: [], prefixes: ['p-'] }],
  ['prefixes by the whole name', { 'fleet.prefixes': 'q-' }, { ids: [], prefixes: ['q-'] }],
  ['a tenant', { org: 'north' }, { ids: ['n-1'], prefixes: ['north-'] }],
  ['a tenant of all', { org: 'ops' }, null],
  [
    'all of them together',
    { 'https://fleet.example.com/devices': ['a'], fleet: { prefixes: ['p-'] }, org: 'north' },
    { ids: ['a', 'n-1'], prefixes: ['p-', 'north-'] },
  ],
  ['every device by scope', { realm_access: { roles: ['fleet-read', 'fleet-all-devices'] } }, null],
])('devices by claims: %s', async (_what, claims, devices) => {
  const issuer = await issuerOf(first);
  const { enter } = await accessTo(issuer, { ...CLAIMS, API_KEYS_FILE: keysFile });
  expect((await enter(await issuer.issue({ ...MAY_READ, ...claims }))).devices).toEqual(devices);
});

test.each<[string, string, object]>([
  ['FORBIDDEN', 'no devices where there must be some', {}],
  ['FORBIDDEN', 'a tenant that nobody knows', { org: 'south' }],
  ['FORBIDDEN', 'a tenant of the name of a method', { org: 'toString' }],
  ['UNAUTHORIZED', 'a number for ids', { 'https://fleet.example.com/devices': 7 }],
  ['UNAUTHORIZED', 'a number among ids', { 'https://fleet.example.com/devices': ['a', 7] }],
  ['UNAUTHORIZED', 'the empty prefix, which every device has', { fleet: { prefixes: [''] } }],
  ['UNAUTHORIZED', 'an empty text for prefixes', { fleet: { prefixes: '' } }],
  ['UNAUTHORIZED', 'an object for prefixes', { fleet: { prefixes: { a: 1 } } }],
  ['UNAUTHORIZED', 'two tenants', { org: ['north', 'ops'] }],
  ['UNAUTHORIZED', 'an empty tenant', { org: '' }],
  ['FORBIDDEN', 'no permission', { org: 'north', realm_access: { roles: ['telemetry:read', 'read'] } }],
  ['FORBIDDEN', 'no scopes', { org: 'north', realm_access: null }],
])('%s: claims with %s', async (code, _what, claims) => {
  const issuer = await issuerOf(first);
  const { outcome } = await accessTo(issuer, { ...CLAIMS, API_KEYS_FILE: keysFile });
  expect(await outcome(await issuer.issue({ ...MAY_READ, ...claims }))).toBe(code);
});

test('keys and tokens side by side, each in its header', async () => {
  const issuer = await issuerOf(first);
  const { access, outcome } = await accessTo(issuer, { API_KEYS_FILE: keysFile });
  const token = await issuer.issue({});
  expect([await outcome(token), await outcome(key), await outcome(newKey())]).toEqual([
    'jwt:someone',
    'key:mine',
    'UNAUTHORIZED',
  ]);
  const refusal = async (headers: Record<string, string>) => {
    try {
      await access.admit(new Request('http://localhost/', { headers }), 'read');
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  expect(await refusal({ 'x-api-key': key })).toBeUndefined();
  expect(await refusal({ 'x-api-key': key, authorization: 'Basic c29tZTpvbmU=' })).toBeUndefined();
  expect(await refusal({ 'x-api-key': token })).toContain('got something else');
  expect(await refusal({ 'x-api-key': key, authorization: `Bearer ${key}` })).toContain('got both');
  expect(await refusal({ authorization: `Basic ${key}` })).toContain('got none');
  expect(await refusal({})).toContain(
    'expected an API key in X-Api-Key or Authorization: Bearer, or a JSON Web Token in Authorization: Bearer',
  );
});
