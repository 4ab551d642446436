import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import type { DeviceScope } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { startScanningApp } from '../support/fleet-apps.ts';
import { newSigningKey, startTokenIssuer } from '../support/token-issuer.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';

/** Asks as a viewer who sees the scope's devices; null: as one who sees all. */
export type Ask = (url: string, scope: DeviceScope | null) => Promise<Response>;

export const WAYS = ['rolledUp', 'scanning', 'API key', 'token'] as const;
type Way = (typeof WAYS)[number];

export interface Ways {
  readonly ask: Readonly<Record<Way, Ask>>;
  /** One of the apps, for whoever sees everything. */
  readonly app: TestApp;
  close(): Promise<void>;
}

/**
 * The same devices asked for in each way: of an app that is told who the viewer is, with rollups and without, and at a port
 * with credentials that are checked.
 * @param scope the only one besides null that may be asked for with credentials
 * @param folder for a file of keys
 */
export async function startWays(
  environment: Readonly<Record<string, string>>,
  scope: DeviceScope,
  folder: string,
): Promise<Ways> {
  const rolledUp = await startApp(environment, { viewerOf: viewerOfHeader });
  await rolledUp.refresh();
  const scanning = await startScanningApp(environment, { viewerOf: viewerOfHeader });
  const guarded = await startGuarded(environment, scope, folder);
  const told =
    (app: TestApp): Ask =>
    (url, devices) =>
      app.get(url, { headers: headersFor(devices) });
  return {
    ask: {
      rolledUp: told(rolledUp),
      scanning: told(scanning),
      'API key': guarded.ask('key'),
      token: guarded.ask('token'),
    },
    app: rolledUp,
    close: async () => {
      for (const part of [rolledUp, scanning, guarded]) await part.close();
    },
  };
}

/** The app behind its listener at a port, which takes nobody without a key or a token. */
async function startGuarded(
  environment: Readonly<Record<string, string>>,
  scope: DeviceScope,
  folder: string,
) {
  const keys = { some: newKey(), all: newKey() };
  const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;
  const file = path.join(folder, 'keys.yaml');
  await writeFile(
    file,
    `keys:
  - { id: some, hash: "${hashOf(keys.some)}", devices: ${JSON.stringify(scope)} }
  - { id: all, hash: "${hashOf(keys.all)}", devices: all }
`,
  );
  const issuer = await startTokenIssuer(await newSigningKey('first'));
  const app = await startApp({
    ...environment,
    AUTH: 'required',
    API_KEYS_FILE: file,
    JWT_ISSUER: issuer.url,
    JWT_AUDIENCE: 'telemetry',
    JWT_JWKS_URL: issuer.jwksUrl,
    JWT_DEVICES_CLAIM: 'devices',
    JWT_DEVICE_PREFIXES_CLAIM: 'prefixes',
    VIEWER_REQUESTS_PER_SECOND: '0',
    // What the key was answered is not what the token is answered.
    RESPONSE_CACHE_MAX_BYTES: '0',
  });
  await app.refresh();
  const server = createServer(app.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = {
    key: keys,
    token: {
      some: await issuer.issue({ devices: scope.ids, prefixes: scope.prefixes }),
      all: await issuer.issue({ scope: 'telemetry:read telemetry:all-devices' }),
    },
  };
  return {
    ask:
      (kind: keyof typeof credentials): Ask =>
      (url, devices) => {
        if (devices !== null && devices !== scope)
          throw new TypeError('expected the scope of the credentials');
        const credential = credentials[kind][devices === null ? 'all' : 'some'];
        // Compressed, texts of the same length are not.
        const headers = { authorization: `Bearer ${credential}`, 'accept-encoding': 'identity' };
        return fetch(`${origin}${url}`, { headers });
      },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await app.close();
      await issuer.close();
    },
  };
}
