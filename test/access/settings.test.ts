import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/errors.ts';

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const JWT = { JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'telemetry' };

test.each([
  ['127.0.0.1'],
  ['127.8.9.10'],
  ['localhost'],
  ['LOCALHOST'],
  ['::1'],
  ['0:0:0:0:0:0:0:1'],
  [' 127.0.0.1 '],
])('on loopback (%s) it is open by itself', (HOST) => {
  expect(loadConfig({ HOST }).access).toEqual({ mode: 'open', isForThisMachine: true, hosts: [] });
});

test.each([
  ['0.0.0.0'],
  ['::'],
  ['192.168.0.7'],
  ['128.0.0.1'],
  ['example.com'],
  ['localhost.example.com'],
  ['127.0.0.1.example.com'],
])('where others reach it (%s) it starts only when told who may ask', (HOST) => {
  expect(problemsOf({ HOST })).toEqual([
    `HOST: expected a loopback address, or API_KEYS_FILE, or JWT_ISSUER, or AUTH=open if whoever reaches the port may read everything, but got: ${HOST} with none of them`,
  ]);
  expect(loadConfig({ HOST, AUTH: 'open' }).access).toEqual({ mode: 'open', isForThisMachine: false });
  expect(loadConfig({ HOST, API_KEYS_FILE: 'keys.yaml' }).access).toEqual({
    mode: 'required',
    keysFile: path.resolve('keys.yaml'),
    jwt: undefined,
  });
  expect(loadConfig({ HOST, AUTH: 'required', ...JWT }).access).toMatchObject({ mode: 'required' });
});

test('keys or an issuer are reason enough to ask for them, on loopback too', () => {
  expect(loadConfig({ API_KEYS_FILE: '/keys.yaml' }).access.mode).toBe('required');
  expect(loadConfig(JWT).access).toEqual({
    mode: 'required',
    keysFile: undefined,
    jwt: {
      issuer: 'https://login.example.com/',
      audiences: ['telemetry'],
      jwksUrl: 'https://login.example.com/.well-known/jwks.json',
      clockToleranceSeconds: 30,
      claims: {
        scope: 'scope',
        scopePrefix: 'telemetry:',
        devices: undefined,
        devicePrefixes: undefined,
        tenant: undefined,
      },
    },
  });
});

test('every setting of tokens arrives', () => {
  const { access } = loadConfig({
    API_KEYS_FILE: '/keys.yaml',
    JWT_ISSUER: 'https://id.example.com/realms/fleet',
    JWT_AUDIENCE: 'telemetry, https://api.example.com',
    JWT_JWKS_URL: 'https://id.example.com/realms/fleet/protocol/openid-connect/certs',
    JWT_CLOCK_TOLERANCE_SECONDS: '0',
    JWT_SCOPE_CLAIM: 'permissions',
    JWT_SCOPE_PREFIX: 'fleet.',
    JWT_DEVICES_CLAIM: 'https://example.com/devices',
    JWT_DEVICE_PREFIXES_CLAIM: 'prefixes',
    JWT_TENANT_CLAIM: 'org',
  });
  expect(access).toEqual({
    mode: 'required',
    keysFile: '/keys.yaml',
    jwt: {
      issuer: 'https://id.example.com/realms/fleet',
      audiences: ['telemetry', 'https://api.example.com'],
      jwksUrl: 'https://id.example.com/realms/fleet/protocol/openid-connect/certs',
      clockToleranceSeconds: 0,
      claims: {
        scope: 'permissions',
        scopePrefix: 'fleet.',
        devices: 'https://example.com/devices',
        devicePrefixes: 'prefixes',
        tenant: 'org',
      },
    },
  });
});

test.each([
  [{ AUTH: 'required' }, 'AUTH: expected API_KEYS_FILE or JWT_ISSUER with required, but both are unset'],
  [
    { AUTH: 'open', API_KEYS_FILE: 'k' },
    'AUTH: expected required, or no API_KEYS_FILE, but got open with API_KEYS_FILE',
  ],
  [{ AUTH: 'open', ...JWT }, 'AUTH: expected required, or no JWT_ISSUER, but got open with JWT_ISSUER'],
  [{ AUTH: 'off' }, 'AUTH: expected open or required, but got: off'],
  [{ JWT_ISSUER: 'https://a.example' }, 'JWT_ISSUER: expected JWT_AUDIENCE with it, but that is unset'],
  [{ JWT_AUDIENCE: 'a' }, 'JWT_AUDIENCE: expected JWT_ISSUER with it, but that is unset'],
  [{ JWT_DEVICES_CLAIM: 'a' }, 'JWT_DEVICES_CLAIM: expected JWT_ISSUER with it, but that is unset'],
  [{ ...JWT, JWT_AUDIENCE: ' , ' }, 'JWT_AUDIENCE: expected one or more, with commas between them'],
  [
    { ...JWT, JWT_TENANT_CLAIM: 'org' },
    'JWT_TENANT_CLAIM: expected API_KEYS_FILE with it, which says what the devices of a tenant are, but that is unset',
  ],
  [
    { ...JWT, JWT_JWKS_URL: 'https://me:hunter2@a.example/jwks' },
    'JWT_JWKS_URL: expected a URL without name and password, which are not shown here',
  ],
  [
    { ...JWT, JWT_ISSUER: 'me:hunter2@a.example' },
    'JWT_ISSUER: expected a URL like https://login.example.com/, but got: …@a.example',
  ],
  [
    { ...JWT, JWT_CLOCK_TOLERANCE_SECONDS: '301' },
    'JWT_CLOCK_TOLERANCE_SECONDS: expected at most 300, but got: 301',
  ],
] as const)('what does not fit together is refused: %j', (variables, problem) => {
  expect(problemsOf(variables)).toEqual([problem]);
});

test.each([
  ['telemetry.example.com', ['telemetry.example.com']],
  [' One.example , [::1],10.0.0.7', ['one.example', '[::1]', '10.0.0.7']],
  ['*', undefined],
  ['one.example,*', undefined],
])('names of hosts: %s', (ALLOWED_HOSTS, hosts) => {
  expect(loadConfig({ ALLOWED_HOSTS }).access.hosts).toEqual(hosts);
  expect(loadConfig({ ALLOWED_HOSTS, API_KEYS_FILE: 'keys.yaml' }).access.hosts).toEqual(hosts);
});

test.each(['one.example:8000', 'http://one.example', 'one example', '::1', 'one.example/', ',', 'a@b'])(
  'no names of hosts: %s',
  (ALLOWED_HOSTS) => {
    expect(problemsOf({ ALLOWED_HOSTS })).toEqual([
      expect.stringContaining('ALLOWED_HOSTS: expected names of hosts without ports like'),
    ]);
  },
);
