import { isSameSecret } from '../access/api-key.ts';

/** Whether the header `Authorization` shows this token. */
export function holdsToken(authorization: string | null | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return isSameSecret(given, token);
}
