import { generateKeyPairSync, pbkdf2Sync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Who may ask over TLS, or what passes for it. */
export const ACCOUNT = { user: 'alice', password: "pass'wörd" };

/**
 * Writes what a Trino needs to take that password, and tokens (RS256, the user is `sub`). As it does by default, it asks for
 * neither without TLS; a proxy that says it has had TLS (`X-Forwarded-Proto`) is believed.
 * @param directory that of the configuration
 * @returns settings for `config.properties`, and the key (PEM) that signs tokens
 */
export async function writeAccounts(
  directory: string,
): Promise<{ readonly settings: readonly string[]; readonly tokenKey: string }> {
  const file = (name: string, text: string) => writeFile(path.join(directory, name), text);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await file('token-key.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  await file('passwords', `${ACCOUNT.user}:${hashed(ACCOUNT.password)}\n`);
  await file(
    'password-authenticator.properties',
    `password-authenticator.name=file\nfile.password-file=${directory}/passwords\n`,
  );
  return {
    settings: [
      'http-server.authentication.type=PASSWORD,JWT',
      'http-server.authentication.allow-insecure-over-http=true',
      'http-server.process-forwarded=true',
      `http-server.authentication.jwt.key-file=${directory}/token-key.pem`,
      `internal-communication.shared-secret=${randomBytes(32).toString('hex')}`,
    ],
    tokenKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function hashed(password: string): string {
  const salt = randomBytes(16);
  return `1000:${salt.toString('hex')}:${pbkdf2Sync(password, salt, 1_000, 32, 'sha1').toString('hex')}`;
}
