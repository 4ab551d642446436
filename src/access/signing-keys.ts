import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { SigningKeysUnavailableError, SigningKeyUnknownError } from '../errors.ts';
import type { Logger } from '../log.ts';

const TIMEOUT_MS = 5_000;
/** Older keys are fetched anew in the background, which is how one that is withdrawn ceases to count. */
const FRESH_MS = 10 * 60_000;
/** So long keys count that cannot be fetched anew: the issuer may be down for a night, and not for ever. */
const USABLE_MS = 24 * 3_600_000;
/** A stranger's tokens with made-up key ids cause no more than one request to the issuer in this time. */
const COOL_DOWN_MS = 30_000;
const RETRY_MS = 2_000;

/**
 * The public keys of the issuer (JWKS), fetched from its URL. A token signed by a key that is not known yet has them
 * fetched anew, and nothing else waits for the issuer once there are keys.
 */
export class SigningKeys {
  readonly #url: string;
  readonly #log: Logger;
  readonly #now: () => Date;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  #reloading: Promise<void> | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #failed = false;

  constructor(url: string, log: Logger, now: () => Date) {
    this.#url = url;
    this.#log = log;
    this.#now = now;
    // When to fetch is decided here: of itself it makes everybody wait for an issuer that is down.
    this.#remote = createRemoteJWKSet(new URL(url), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: Number.POSITIVE_INFINITY,
      cacheMaxAge: Number.POSITIVE_INFINITY,
    });
    if (url.startsWith('http:'))
      log.warn(`${url}: keys that come by plain HTTP can be replaced on their way`);
  }

  /** undefined before the first ones. */
  get fetchedAt(): Date | undefined {
    return Number.isFinite(this.#fetchedAt) ? new Date(this.#fetchedAt) : undefined;
  }

  /** Whether the last attempt to fetch them came to nothing. */
  get hasFailed(): boolean {
    return this.#failed;
  }

  /** Fetches them beforehand; a failure is logged. */
  prefetch(): void {
    void this.#reload().catch(() => undefined);
  }

  /**
   * @throws SigningKeysUnavailableError; SigningKeyUnknownError for a key that a new list may hold, which may not be
   * fetched yet; an error of jose for a token that no key has signed
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const age = this.#now().getTime() - this.#fetchedAt;
    if (age > USABLE_MS) await this.#reloadUnlessTried();
    else if (age > FRESH_MS && !this.#triedLately()) this.prefetch();
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (this.#triedLately() && !this.#failed) throw header.kid === undefined ? error : this.#notYet();
      await this.#reloadUnlessTried();
      return this.#remote(header, token);
    }
  };

  #notYet(): SigningKeyUnknownError {
    const waitMs = COOL_DOWN_MS - (this.#now().getTime() - this.#triedAt);
    return new SigningKeyUnknownError(
      'expected a token of a key that is known, but got one of another. Whether the issuer has it is asked again shortly',
      Math.max(1, Math.ceil(waitMs / 1000)),
    );
  }

  async #reloadUnlessTried(): Promise<void> {
    if (this.#reloading === undefined && this.#failed && this.#triedLately()) throw unavailable();
    await this.#reload();
  }

  #triedLately(): boolean {
    return this.#now().getTime() - this.#triedAt < (this.#failed ? RETRY_MS : COOL_DOWN_MS);
  }

  #reload(): Promise<void> {
    this.#reloading ??= this.#fetch().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  async #fetch(): Promise<void> {
    try {
      await this.#remote.reload();
      this.#fetchedAt = this.#now().getTime();
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#log.error({ err: error }, `${this.#url}: the keys that sign tokens cannot be fetched`);
      throw unavailable(error);
    } finally {
      this.#triedAt = this.#now().getTime();
    }
  }
}

function unavailable(cause?: unknown): SigningKeysUnavailableError {
  return new SigningKeysUnavailableError(
    'The keys that sign tokens cannot be fetched from their issuer, so no one can tell whether this one is good',
    { cause },
  );
}
