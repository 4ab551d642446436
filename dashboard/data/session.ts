import { batch, signal } from '@preact/signals';
import { service } from './service.ts';

const STORED = 'telemetry-key';

/** The key or token that questions are asked with. It stays in this tab, and is gone when that is closed. */
export const credential = signal<string | null>(sessionStorage.getItem(STORED));

/** Why a key is asked for; null while none is needed. */
export const signInReason = signal<string | null>(
  service.secured && credential.value === null ? 'This service answers those who show a key or token.' : null,
);

export function signIn(secret: string): void {
  sessionStorage.setItem(STORED, secret);
  batch(() => {
    credential.value = secret;
    signInReason.value = null;
  });
}

/** @param reason what the form tells then */
export function signOut(reason: string): void {
  sessionStorage.removeItem(STORED);
  batch(() => {
    credential.value = null;
    signInReason.value = reason;
  });
}

export function authorization(): Record<string, string> {
  return credential.value === null ? {} : { authorization: `Bearer ${credential.value}` };
}
