import { isSameSecret } from '../access/api-key.ts';
import { bearerOf } from '../access/credential.ts';

/** Whether the header `Authorization` shows this token. */
export function holdsToken(authorization: string | null | undefined, token: string): boolean {
  return isSameSecret(bearerOf(authorization) ?? '', token);
}
