import { timingSafeEqual } from 'node:crypto';
import { digestOf } from '../access/api-key.ts';

/** Compares digests, so that neither the length nor the beginning of the token shows in the time it takes. */
export function holdsToken(authorization: string | null | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digestOf(given), digestOf(token));
}
