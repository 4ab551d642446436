import {
  ForbiddenError,
  NotFoundError,
  SigningKeysUnavailableError,
  SigningKeyUnknownError,
  UnauthorizedError,
} from '../errors.ts';
import type { Logger } from '../log.ts';
import { isSameSecret, KEY_PATTERN } from './api-key.ts';
import { type Credential, credentialOf } from './credential.ts';
import { scopeKey } from './device-scope.ts';
import { KeyFile } from './key-file.ts';
import type { AccessConfig } from './settings.ts';
import { Tokens } from './tokens.ts';
import { ANYONE, type Permission, type Viewer } from './viewer.ts';

export interface AccessOptions {
  readonly config: AccessConfig;
  /** What may stand in place of a key or token to refresh, and for nothing else. */
  readonly refreshToken: string | undefined;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Who sees nothing, and may only say that there is something new. */
const REFRESHER: Viewer = {
  id: 'refresh-token',
  devices: { ids: [], prefixes: [] },
  permissions: new Set(['refresh']),
};

/** Finds out who asks, and keeps it by the request. */
export class Access {
  /** Nobody has to say who they are. */
  readonly isOpen: boolean;
  /** Nobody has to, since nobody else reaches it. */
  readonly isForThisMachine: boolean;
  /** The names that requests may be for, besides those of this machine; unset: all. */
  readonly hosts: readonly string[] | undefined;
  readonly #refreshToken: string | undefined;
  readonly #keys: KeyFile | undefined;
  readonly #tokens: Tokens | undefined;
  readonly #now: () => Date;
  readonly #known = new WeakMap<Request, Viewer>();
  readonly #admitted = new WeakSet<Request>();

  /** @throws ConfigError for a file of keys that is not one */
  static async create(options: AccessOptions): Promise<Access> {
    const { config, log, now } = options;
    const keysFile = config.mode === 'required' ? config.keysFile : undefined;
    return new Access(options, keysFile === undefined ? undefined : await KeyFile.open(keysFile, log, now));
  }

  private constructor({ config, refreshToken, log, now }: AccessOptions, keys: KeyFile | undefined) {
    this.isOpen = config.mode === 'open';
    this.isForThisMachine = config.mode === 'open' && config.isForThisMachine;
    this.hosts = config.hosts;
    this.#refreshToken = refreshToken;
    this.#keys = keys;
    const jwt = config.mode === 'required' ? config.jwt : undefined;
    this.#tokens = jwt && new Tokens(jwt, log, now);
    log.info(
      this.isOpen
        ? 'AUTH is open: whoever reaches the port may read everything'
        : `Requests need ${this.#expected()}`,
    );
    this.#now = now;
  }

  /** Of the file of keys, and of the keys that sign tokens; undefined where there are none. */
  get figures() {
    const keys = this.#keys;
    const signing = this.#tokens?.keys;
    return {
      keysCheckedAt: keys?.checkedAt,
      signingKeys: signing && { fetchedAt: signing.fetchedAt, hasFailed: signing.hasFailed },
    };
  }

  /** Whether a key or token is looked at. */
  identifies(permission: Permission): boolean {
    return !this.isOpen || permission === 'refresh';
  }

  /**
   * Lets the request in, or throws; from then on `viewerOf` knows who asks.
   * @throws UnauthorizedError, TokenExpiredError, ForbiddenError, SigningKeysUnavailableError, SigningKeyUnknownError;
   * NotFoundError where nobody may refresh
   */
  admit(request: Request, permission: Permission): void | Promise<void> {
    const viewer = this.identifies(permission) ? this.#identify(credentialOf(request.headers)) : ANYONE;
    return viewer instanceof Promise
      ? viewer.then((found) => this.#enter(request, found, permission))
      : this.#enter(request, viewer, permission);
  }

  /** @throws Error for a request that was not let in, which is a defect: nothing is answered to nobody */
  viewerOf(request: Request): Viewer {
    const viewer = this.#known.get(request);
    if (viewer === undefined || !this.#admitted.has(request))
      throw new Error('Expected a request that was let in, but got another');
    return viewer;
  }

  /** Who has asked, as far as that is known: also of requests that were then refused. */
  knownViewerOf(request: Request): Viewer | undefined {
    return this.#known.get(request);
  }

  /**
   * Looks again at who has sent a request that was let in, for answers that go on: keys are taken away, and tokens expire.
   * @throws what `admit` would throw now; UnauthorizedError too for who may see other devices than before
   */
  async checkAgain(request: Request): Promise<void> {
    const known = this.#known.get(request);
    if (this.isOpen || known === undefined) return;
    const credential = credentialOf(request.headers);
    const viewer = await this.#identifyAgain(credential);
    if (viewer === undefined) return;
    const isSame =
      scopeKey(viewer.devices) === scopeKey(known.devices) &&
      (viewer.devices === null) === (known.devices === null);
    if (!isSame)
      throw new UnauthorizedError('expected the devices of before, but this key or token has others now');
    if (!viewer.permissions.has('read')) {
      throw new ForbiddenError(
        'expected the permission read, but this key or token does not have it any more',
      );
    }
  }

  /** undefined: it cannot be told now, and nothing is known against who was let in. */
  async #identifyAgain(credential: Credential | undefined): Promise<Viewer | undefined> {
    try {
      return await this.#identify(credential);
    } catch (error) {
      const isUnknown =
        error instanceof SigningKeysUnavailableError || error instanceof SigningKeyUnknownError;
      if (!isUnknown || credential === undefined) throw error;
      this.#tokens?.checkExpiry(credential.secret);
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#keys?.close();
  }

  #enter(request: Request, viewer: Viewer, permission: Permission): void {
    this.#known.set(request, viewer);
    if (!viewer.permissions.has(permission)) {
      throw new ForbiddenError(
        `expected the permission ${permission}, but this key or token does not have it`,
      );
    }
    this.#admitted.add(request);
  }

  #identify(credential: Credential | undefined): Viewer | Promise<Viewer> {
    if (this.isOpen && this.#refreshToken === undefined) {
      throw new NotFoundError('POST /refresh is off: REFRESH_TOKEN is not set');
    }
    if (credential === undefined) {
      throw new UnauthorizedError(`expected ${this.#expected()}, but got none`, { given: false });
    }
    const { secret, header } = credential;
    if (header === 'authorization' && this.#isRefreshToken(secret)) return REFRESHER;
    if (this.#keys !== undefined && KEY_PATTERN.test(secret)) {
      return this.#keys.current.viewerOf(secret, this.#now());
    }
    if (this.#tokens === undefined || header !== 'authorization') {
      throw new UnauthorizedError(`expected ${this.#expected()}, but got something else`);
    }
    return this.#tokens.viewerOf(secret, this.#keys?.current.tenants ?? new Map());
  }

  #expected(): string {
    if (this.isOpen) return 'the header Authorization: Bearer <REFRESH_TOKEN>';
    const kinds = [
      ...(this.#keys === undefined ? [] : ['an API key in X-Api-Key or Authorization: Bearer']),
      ...(this.#tokens === undefined ? [] : ['a JSON Web Token in Authorization: Bearer']),
    ];
    return kinds.join(', or ');
  }

  #isRefreshToken(secret: string): boolean {
    const token = this.#refreshToken;
    return token !== undefined && isSameSecret(secret, token);
  }
}
