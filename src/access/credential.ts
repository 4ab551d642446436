import { UnauthorizedError } from '../errors.ts';

/** What a request shows to say who asks, and where it stood. */
export interface Credential {
  readonly secret: string;
  readonly header: 'authorization' | 'x-api-key';
}

/**
 * Of `Authorization: Bearer …` or `X-Api-Key: …`. Other schemes of `Authorization` are left alone: a proxy in between may
 * have its own.
 * @returns undefined where there is none
 * @throws UnauthorizedError for two at once, of which none is the one that is meant
 */
export function credentialOf(headers: Headers): Credential | undefined {
  const bearer = bearerOf(headers.get('authorization'));
  const key = headers.get('x-api-key')?.trim() || undefined;
  if (bearer !== undefined && key !== undefined) {
    throw new UnauthorizedError('expected one of Authorization: Bearer and X-Api-Key, but got both');
  }
  if (bearer !== undefined) return { secret: bearer, header: 'authorization' };
  return key === undefined ? undefined : { secret: key, header: 'x-api-key' };
}

/** The token in a header `Authorization: Bearer …`; undefined where there is none. */
export function bearerOf(authorization: string | null | undefined): string | undefined {
  return /^Bearer +(\S.*?) *$/i.exec(authorization ?? '')?.[1];
}
