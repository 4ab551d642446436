import { batch, signal } from '@preact/signals';
import { StoredText } from '../settings/browser-storage.ts';
import { service } from './service.ts';

const stored = new StoredText('sessionStorage', 'telemetry-key');

/** The key or token that questions are asked with. It stays in this tab, and is gone when that is closed. */
export const credential = signal<string | null>(stored.read());

/** Why a key is asked for; null while none is needed. */
export const signInReason = signal<string | null>(
  service.secured && credential.value === null ? 'This service answers those who show a key or token.' : null,
);

export function signIn(secret: string): void {
  stored.write(secret);
  batch(() => {
    credential.value = secret;
    signInReason.value = null;
  });
}

/** @param reason what the form tells then */
export function signOut(reason: string): void {
  stored.remove();
  batch(() => {
    credential.value = null;
    signInReason.value = reason;
  });
}

export function authorization(): Record<string, string> {
  return credential.value === null ? {} : { authorization: `Bearer ${credential.value}` };
}
