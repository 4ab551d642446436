import { decodeJwt, errors, jwtVerify } from 'jose';
import { TokenExpiredError, UnauthorizedError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { viewerOfClaims } from './claims.ts';
import type { JwtConfig } from './settings.ts';
import { SigningKeys } from './signing-keys.ts';
import type { DeviceScope, Viewer } from './viewer.ts';

/** Asymmetric ones only: with a shared secret, whoever can check tokens could make them. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Checks JSON Web Tokens: signature, issuer, audience and times. */
export class Tokens {
  readonly #config: JwtConfig;
  readonly keys: SigningKeys;
  readonly #now: () => Date;

  constructor(config: JwtConfig, log: Logger, now: () => Date) {
    this.#config = config;
    this.#now = now;
    this.keys = new SigningKeys(config.jwksUrl, log, now);
    this.keys.prefetch();
  }

  /**
   * @param tenants the devices of each tenant that a token may name; null: every device
   * @throws UnauthorizedError, TokenExpiredError, ForbiddenError, SigningKeysUnavailableError or SigningKeyUnknownError
   */
  async viewerOf(token: string, tenants: ReadonlyMap<string, DeviceScope | null>): Promise<Viewer> {
    const { issuer, audiences, clockToleranceSeconds, claims } = this.#config;
    try {
      const { payload } = await jwtVerify(token, this.keys.find, {
        issuer,
        audience: [...audiences],
        algorithms: ALGORITHMS,
        clockTolerance: clockToleranceSeconds,
        currentDate: this.#now(),
        requiredClaims: ['exp'],
      });
      return viewerOfClaims(payload, claims, tenants);
    } catch (error) {
      throw error instanceof errors.JOSEError ? refused(error) : error;
    }
  }

  /** Of a token whose signature was good. @throws TokenExpiredError */
  checkExpiry(token: string): void {
    const seconds = this.#now().getTime() / 1000 - this.#config.clockToleranceSeconds;
    if ((decodeJwt(token).exp ?? 0) <= seconds) throw new TokenExpiredError(EXPIRED);
  }
}

const EXPIRED = 'expected a token that is still good, but this one has expired';

/** In our own words, since those of jose may repeat what came. */
function refused(error: errors.JOSEError): UnauthorizedError {
  if (error instanceof errors.JWTExpired) {
    return new TokenExpiredError(EXPIRED, { cause: error });
  }
  return new UnauthorizedError(`expected ${expectedOf(error)}`, { cause: error });
}

function expectedOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const claims: Record<string, string> = {
      iss: 'a token of the issuer that this service trusts (iss), but got another one',
      aud: 'a token that is made for this service (aud), but got one for another',
      nbf: 'a token that is good already (nbf), but this one is not yet',
      exp: 'a token that says until when it is good (exp)',
    };
    return claims[error.claim] ?? 'a token with claims of the usual form';
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return `a token signed with one of ${ALGORITHMS.join(', ')}`;
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed) {
    return 'a token that a key of the issuer has signed';
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'a token that says which key has signed it (kid)';
  return 'a JSON Web Token';
}
