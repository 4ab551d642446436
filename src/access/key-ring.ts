import { timingSafeEqual } from 'node:crypto';
import { TokenExpiredError, UnauthorizedError } from '../errors.ts';
import { digestOf } from './api-key.ts';
import type { DeviceScope, Permission, Viewer } from './viewer.ts';

export interface ApiKey {
  readonly id: string;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
  /** From then on it is refused; undefined: never. */
  readonly expires: Date | undefined;
  readonly permissions: readonly Permission[];
  /** null: every device. */
  readonly devices: DeviceScope | null;
}

/** The keys that count now, and the tenants that keys and tokens may name. */
export class KeyRing {
  readonly keys: readonly ApiKey[];
  /** The devices of each tenant; null: every device. */
  readonly tenants: ReadonlyMap<string, DeviceScope | null>;

  constructor(keys: readonly ApiKey[], tenants: ReadonlyMap<string, DeviceScope | null>) {
    this.keys = keys;
    this.tenants = tenants;
  }

  /** @throws UnauthorizedError for a key that is not among these, TokenExpiredError for one that was */
  viewerOf(key: string, now: Date): Viewer {
    const digest = digestOf(key);
    // Each is compared, and each to its end, so that the time tells nothing about them.
    const [found] = this.keys.filter((one) => timingSafeEqual(one.digest, digest));
    if (found === undefined) {
      throw new UnauthorizedError('expected an API key of this service, but got one that is not known');
    }
    if (found.expires !== undefined && found.expires <= now) {
      throw new TokenExpiredError(
        `expected an API key that is still good, but this one expired at ${found.expires.toISOString()}`,
      );
    }
    return { id: `key:${found.id}`, devices: found.devices, permissions: new Set(found.permissions) };
  }
}
