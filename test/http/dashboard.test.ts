import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { factsOf } from '../support/dashboard-facts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let app: TestApp;
beforeAll(async () => {
  app = await appOver('plain');
  await app.refresh();
});
afterAll(() => app.close());

const assetsOf = (html: string) =>
  [...html.matchAll(/(?:src|href)="(\/dashboard\/[^"]+)"/g)].map(([, asset]) => asset ?? '');

describe('pages', () => {
  test('every address of the dashboard is the same page, which no browser keeps', async () => {
    const pages = await Promise.all(
      ['/', '/dashboard', '/dashboard/', '/dashboard/devices/pack-001', '/dashboard/queries/x?y=1'].map(
        async (address) => {
          const response = await app.get(address);
          expect(response.status).toBe(200);
          expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
          expect(response.headers.get('cache-control')).toBe('no-cache');
          return response.text();
        },
      ),
    );
    expect(new Set(pages).size).toBe(1);
    expect(factsOf(pages[0] ?? '')).toMatchObject({
      graphql: 'graphiql',
      secured: false,
      heartbeatSeconds: 12,
    });
  });

  test('what was at these paths before stays there', async () => {
    for (const address of ['/devices', '/overview', '/queries/overview']) {
      const response = await app.get(address, { headers: { accept: 'text/html,*/*' } });
      expect([address, response.headers.get('content-type')]).toEqual([address, 'application/json']);
    }
    for (const address of ['/nothing', '/dashboards', '/dashboard.csv', '/devices/pack-001']) {
      expect([address, (await app.get(address)).status]).toEqual([address, 404]);
    }
  });

  test('HEAD has no body, and nothing is written', async () => {
    const head = await app.get('/dashboard', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const address of ['/', '/dashboard', '/dashboard/icon.svg']) {
      const posted = await app.get(address, { method: 'POST' });
      expect([address, posted.status, posted.headers.get('allow')]).toEqual([address, 405, 'GET, HEAD']);
    }
  });

  test('neither script nor style stands in the page, and the policy lets none through', async () => {
    const response = await app.get('/dashboard/data');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain('unsafe');
    const html = await response.text();
    expect(html).not.toMatch(/<script>|<style|style="|javascript:| on\w+="/);
  });
});

describe('files', () => {
  test('those with a hash in their name are kept for good, and come packed', async () => {
    const html = await (await app.get('/')).text();
    const assets = assetsOf(html).filter((asset) => asset.includes('/assets/'));
    expect(assets.length).toBeGreaterThanOrEqual(2);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const asset of assets) {
      const plain = await app.get(asset, { headers: { 'accept-encoding': 'identity' } });
      expect([asset, plain.status, plain.headers.get('content-encoding')]).toEqual([asset, 200, null]);
      expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(plain.headers.get('content-type')).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      const whole = Buffer.from(await plain.arrayBuffer());
      for (const encoding of ['br', 'gzip'] as const) {
        const packed = await app.get(asset, { headers: { 'accept-encoding': encoding } });
        expect(packed.headers.get('content-encoding')).toBe(encoding);
        expect(packed.headers.get('vary')).toBe('Accept-Encoding');
        const bytes = Buffer.from(await packed.arrayBuffer());
        expect(bytes.byteLength).toBeLessThan(whole.byteLength);
        expect(unpack[encoding](bytes).equals(whole)).toBe(true);
      }
    }
  });

  test('only files of the page are given out, and none from beside it', async () => {
    for (const address of [
      '/dashboard/assets/gone-12345678.js',
      '/dashboard/assets/../../package.json',
      '/dashboard/%2e%2e/package.json',
      '/dashboard/sources.sha256',
      '/dashboard/licences.md',
      '/dashboard/index.html',
      '/dashboard/icon.svg.br',
    ]) {
      const response = await app.get(address);
      const text = await response.text();
      // A page of the dashboard, or nothing.
      if (response.status === 200) expect(text).toContain('<div id="app">');
      else expect([address, response.status]).toEqual([address, 404]);
    }
    expect((await app.get('/dashboard/assets/gone-12345678.js')).status).toBe(404);
  });
});

test('what the page is told stands in one attribute', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    path.join(folder, 'index.html'),
    '<meta name="telemetry-service" content="{}"><div id="app">',
  );
  const own = await appOver(
    'plain',
    { dashboardDirectory: folder },
    {
      NODE_ENV: 'production',
      SUBSCRIPTIONS_MAX: '0',
    },
  );
  try {
    const html = await (await own.get('/')).text();
    expect(html).toMatch(/^<meta name="telemetry-service" content="\{[^"<>]*\}"><div id="app">$/);
    expect(factsOf(html)).toEqual({
      graphql: 'plain',
      secured: false,
      version: expect.any(String),
      heartbeatSeconds: null,
    });
  } finally {
    await own.close();
  }
});
