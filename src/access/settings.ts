import { BlockList, isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { hostNames, httpUrl, text, whole } from '../setting-values.ts';

/** The settings that say who may ask. */
export const accessSettings = {
  AUTH: z
    .enum(['open', 'required'], {
      error: (issue) => `expected open or required, but got: ${String(issue.input)}`,
    })
    .optional(),
  ALLOWED_HOSTS: hostNames.optional(),
  API_KEYS_FILE: text.optional(),
  JWT_ISSUER: httpUrl('https://login.example.com/').optional(),
  JWT_AUDIENCE: text
    .transform((value) => value.split(',').flatMap((one) => one.trim() || []))
    .refine((audiences) => audiences.length > 0, { error: 'expected one or more, with commas between them' })
    .optional(),
  JWT_JWKS_URL: httpUrl('https://login.example.com/.well-known/jwks.json').optional(),
  JWT_CLOCK_TOLERANCE_SECONDS: whole(0, 300).default(30),
  JWT_SCOPE_CLAIM: text.default('scope'),
  JWT_SCOPE_PREFIX: text.default('telemetry:'),
  JWT_DEVICES_CLAIM: text.optional(),
  JWT_DEVICE_PREFIXES_CLAIM: text.optional(),
  JWT_TENANT_CLAIM: text.optional(),
};

type AccessSettings = z.infer<z.ZodObject<typeof accessSettings>>;

/** What the claims of a token are called; unset: no such claim is looked at. */
export interface ClaimNames {
  readonly scope: string;
  /** What the scopes of this service begin with. */
  readonly scopePrefix: string;
  readonly devices: string | undefined;
  readonly devicePrefixes: string | undefined;
  readonly tenant: string | undefined;
}

export interface JwtConfig {
  /** Equal to the claim `iss`, to the character. */
  readonly issuer: string;
  /** The claim `aud` must hold one of them. */
  readonly audiences: readonly string[];
  readonly jwksUrl: string;
  readonly clockToleranceSeconds: number;
  readonly claims: ClaimNames;
}

interface HostsConfig {
  /** The names that requests may be for, besides those of this machine; unset: all. */
  readonly hosts: readonly string[] | undefined;
}

export type AccessConfig =
  | (HostsConfig & {
      readonly mode: 'open';
      /** Nobody else reaches it. */
      readonly isForThisMachine: boolean;
    })
  | (HostsConfig & {
      readonly mode: 'required';
      readonly keysFile: string | undefined;
      readonly jwt: JwtConfig | undefined;
    });

/** These mean nothing without an issuer, and have no default. */
const OF_TOKENS = [
  'JWT_AUDIENCE',
  'JWT_JWKS_URL',
  'JWT_DEVICES_CLAIM',
  'JWT_DEVICE_PREFIXES_CLAIM',
  'JWT_TENANT_CLAIM',
];

/**
 * What does not fit together. A service that others than this machine reach is open only when told so.
 * @param set the settings as they were given, without those that are empty
 */
export function accessProblems(set: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = [];
  const { AUTH: mode, API_KEYS_FILE: keys, JWT_ISSUER: issuer, HOST: host = '127.0.0.1' } = set;
  const identifies = keys !== undefined || issuer !== undefined;
  if (mode?.trim() === 'open' && identifies) {
    const given = keys === undefined ? 'JWT_ISSUER' : 'API_KEYS_FILE';
    problems.push(`AUTH: expected required, or no ${given}, but got open with ${given}`);
  }
  if (mode?.trim() === 'required' && !identifies) {
    problems.push('AUTH: expected API_KEYS_FILE or JWT_ISSUER with required, but both are unset');
  }
  if (mode === undefined && !identifies && !isLoopback(host.trim())) {
    problems.push(
      `HOST: expected a loopback address, or API_KEYS_FILE, or JWT_ISSUER, or AUTH=open if whoever reaches the port may read everything, but got: ${host.trim()} with none of them`,
    );
  }
  if (issuer !== undefined && set['JWT_AUDIENCE'] === undefined) {
    problems.push('JWT_ISSUER: expected JWT_AUDIENCE with it, but that is unset');
  }
  if (issuer === undefined) {
    for (const name of OF_TOKENS.filter((of) => set[of] !== undefined)) {
      problems.push(`${name}: expected JWT_ISSUER with it, but that is unset`);
    }
  }
  if (set['JWT_TENANT_CLAIM'] !== undefined && keys === undefined) {
    problems.push(
      'JWT_TENANT_CLAIM: expected API_KEYS_FILE with it, which says what the devices of a tenant are, but that is unset',
    );
  }
  const keysUrl = set['JWT_JWKS_URL'];
  if (URL.canParse(keysUrl ?? '') && new URL(keysUrl ?? '').username !== '') {
    problems.push('JWT_JWKS_URL: expected a URL without name and password, which are not shown here');
  }
  return problems;
}

/**
 * @param settings those in which `accessProblems` finds nothing
 * @param host where the service listens
 */
export function accessOf(settings: AccessSettings, host: string): AccessConfig {
  const { API_KEYS_FILE: keys, JWT_ISSUER: issuer, JWT_AUDIENCE: audiences = [] } = settings;
  const named = settings.ALLOWED_HOSTS?.includes('*') ? undefined : settings.ALLOWED_HOSTS;
  if (keys === undefined && issuer === undefined) {
    const isForThisMachine = isLoopback(host);
    const usual = isForThisMachine && settings.ALLOWED_HOSTS === undefined ? [] : undefined;
    return { mode: 'open', isForThisMachine, hosts: named ?? usual };
  }
  return {
    mode: 'required',
    hosts: named,
    keysFile: keys && path.resolve(keys),
    jwt:
      issuer === undefined
        ? undefined
        : {
            issuer,
            audiences,
            jwksUrl: settings.JWT_JWKS_URL ?? `${issuer.replace(/\/+$/, '')}/.well-known/jwks.json`,
            clockToleranceSeconds: settings.JWT_CLOCK_TOLERANCE_SECONDS,
            claims: {
              scope: settings.JWT_SCOPE_CLAIM,
              scopePrefix: settings.JWT_SCOPE_PREFIX,
              devices: settings.JWT_DEVICES_CLAIM,
              devicePrefixes: settings.JWT_DEVICE_PREFIXES_CLAIM,
              tenant: settings.JWT_TENANT_CLAIM,
            },
          },
  };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
