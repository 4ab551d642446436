import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

interface SigningKey {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

interface IssueOptions {
  readonly key?: SigningKey;
  /** null: none. */
  readonly kid?: string | null;
  readonly expires?: Date;
}

/** Somebody who issues tokens, with the public keys behind a real port. */
export interface TokenIssuer {
  readonly url: string;
  readonly jwksUrl: string;
  /** Requests for the keys so far. */
  requests(): number;
  /** Signs with the newest key. */
  issue(claims: Readonly<Record<string, unknown>>, options?: IssueOptions): Promise<string>;
  /** Which keys the issuer tells from now on. */
  publish(...keys: readonly SigningKey[]): void;
  /** How it answers: keys, an error, or never. */
  behave(how: 'well' | 'error' | 'silent' | 'nonsense'): void;
  close(): Promise<void>;
}

export async function newSigningKey(kid: string | undefined, alg = 'RS256'): Promise<SigningKey> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

export async function startTokenIssuer(...first: readonly SigningKey[]): Promise<TokenIssuer> {
  let published = first;
  let how: 'well' | 'error' | 'silent' | 'nonsense' = 'well';
  let requests = 0;
  const server = createServer(async (_request, response) => {
    requests++;
    if (how === 'silent') return;
    if (how === 'error') {
      response.writeHead(500).end();
      return;
    }
    const keys = await Promise.all(
      published.map(async ({ kid, alg, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        ...(kid === undefined ? {} : { kid }),
        alg,
        use: 'sig',
      })),
    );
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(how === 'nonsense' ? { keys: 'none' } : { keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    jwksUrl: `${url}/.well-known/jwks.json`,
    requests: () => requests,
    publish: (...keys) => {
      published = keys;
    },
    behave: (next) => {
      how = next;
    },
    issue: async (claims, { key = published.at(-1), kid, expires } = {}) => {
      if (key === undefined) throw new Error('expected a key to sign with, but there is none');
      const named = kid === null ? undefined : (kid ?? key.kid);
      const { exp, iat } = claims as JWTPayload;
      const token = new SignJWT({
        iss: url,
        aud: 'telemetry',
        sub: 'someone',
        scope: 'telemetry:read',
        ...claims,
      }).setProtectedHeader({ alg: key.alg, ...(named === undefined ? {} : { kid: named }) });
      if (!('iat' in claims) || iat !== undefined) token.setIssuedAt(iat);
      if (!('exp' in claims)) token.setExpirationTime(expires ?? '5m');
      else if (exp !== undefined) token.setExpirationTime(exp);
      return token.sign(key.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
