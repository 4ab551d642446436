import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { ForbiddenError, UnauthorizedError } from '../errors.ts';
import type { ClaimNames } from './settings.ts';
import { type DeviceScope, PERMISSIONS, type Viewer } from './viewer.ts';

/** The scope that stands for every device, where tokens are otherwise limited to some. */
const ALL_DEVICES = 'all-devices';
const LONGEST_ID = 200;

const texts = z.union([
  z
    .string()
    .min(1)
    .transform((one) => [one]),
  z.array(z.string().min(1)),
]);
const scopes = z.union([z.string().transform((text) => text.split(' ')), z.array(z.string())]);

/**
 * The viewer that the claims of a token name, whose signature and times have been checked.
 * @param tenants the devices of each tenant; null: every device
 * @throws UnauthorizedError for claims of another form, ForbiddenError for a token that is given no devices
 */
export function viewerOfClaims(
  payload: JWTPayload,
  names: ClaimNames,
  tenants: ReadonlyMap<string, DeviceScope | null>,
): Viewer {
  const given = claimOf(payload, names.scope, scopes, 'text, or a list of texts') ?? [];
  const mine = new Set(
    given.flatMap((one) => (one.startsWith(names.scopePrefix) ? one.slice(names.scopePrefix.length) : [])),
  );
  return {
    id: `jwt:${subjectOf(payload)}`,
    devices: devicesOf(payload, names, tenants, mine.has(ALL_DEVICES)),
    permissions: new Set(PERMISSIONS.filter((permission) => mine.has(permission))),
  };
}

/** Whom the token was given to; a service that asks for itself may have no `sub`. */
function subjectOf(payload: JWTPayload): string {
  const { sub, client_id, azp } = payload;
  const subject = [sub, client_id, azp].find((one) => one !== undefined);
  if (typeof subject !== 'string' || subject === '' || subject.length > LONGEST_ID) {
    throw new UnauthorizedError(
      `expected a token with sub, client_id or azp of 1 to ${LONGEST_ID} characters`,
    );
  }
  return subject;
}

function devicesOf(
  payload: JWTPayload,
  names: ClaimNames,
  tenants: ReadonlyMap<string, DeviceScope | null>,
  all: boolean,
): DeviceScope | null {
  const limiting = [names.devices, names.devicePrefixes, names.tenant].filter((name) => name !== undefined);
  const expected = 'one text, or a list of texts, none of them empty';
  const ids = claimOf(payload, names.devices, texts, expected);
  const prefixes = claimOf(payload, names.devicePrefixes, texts, expected);
  const tenant = claimOf(payload, names.tenant, z.string().min(1), 'the name of a tenant');
  if (limiting.length === 0 || all) return null;
  if (ids === undefined && prefixes === undefined && tenant === undefined) {
    throw new ForbiddenError(
      `expected a token that names devices, in ${limiting.join(' or ')}, but it does not`,
    );
  }
  const ofTenant = tenant === undefined ? { ids: [], prefixes: [] } : tenants.get(tenant);
  if (ofTenant === undefined) {
    throw new ForbiddenError('expected a tenant that this service knows, but the token names another');
  }
  if (ofTenant === null) return null;
  return { ids: [...(ids ?? []), ...ofTenant.ids], prefixes: [...(prefixes ?? []), ...ofTenant.prefixes] };
}

/**
 * A claim by its name or, if there is none, by its path: `realm_access.roles` is a list within an object.
 * @returns undefined for a claim that is not there, or not looked at
 */
function claimOf<T>(
  payload: JWTPayload,
  name: string | undefined,
  form: z.ZodType<T>,
  expected: string,
): T | undefined {
  if (name === undefined) return undefined;
  const value = Object.hasOwn(payload, name)
    ? payload[name]
    : name.split('.').reduce<unknown>(propertyOf, payload);
  if (value === undefined || value === null) return undefined;
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UnauthorizedError(`expected a token whose ${name} is ${expected}`);
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
