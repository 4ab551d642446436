import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * `tak_` and 32 random bytes. The beginning lets secret scanners find keys that have gone astray.
 *
 * A key is kept as its SHA-256. Slow hashes such as Argon2 make up for secrets that people think of, which can be
 * guessed; nobody guesses 256 random bits, and a slow hash would cost each request, also those of a stranger. That is
 * why nothing of another form is taken for a key.
 */
export const KEY_PATTERN = /^tak_[A-Za-z0-9_-]{43}$/;

export function newKey(): string {
  return `tak_${randomBytes(32).toString('base64url')}`;
}

/** 32 bytes. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares digests, so that neither the length nor the beginning of a secret shows in the time it takes. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(secret));
}

/** A text that may hold keys by mistake, without them. */
export function withoutKeys(text: string): string {
  return text.replaceAll(/tak_[A-Za-z0-9_-]{16,}/g, 'tak_…');
}
