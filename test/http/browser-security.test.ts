import { createHash } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { factsOf } from '../support/dashboard-facts.ts';

const APP = 'https://app.example';
const EVIL = 'https://evil.example';

describe('scripts of other origins', () => {
  let app: TestApp;
  afterEach(() => app.close());

  const askedBy = async (origin: string, path: string, init: RequestInit = {}) => {
    const { headers } = await app.get(path, { ...init, headers: { ...init.headers, origin } });
    return {
      allowed: headers.get('access-control-allow-origin'),
      credentials: headers.get('access-control-allow-credentials'),
      varies: headers.get('vary')?.includes('Origin') ?? false,
    };
  };
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } };

  test('none may read by default', async () => {
    app = await appOver('plain');
    for (const path of ['/overview', '/graphql?query={__typename}', '/nothing']) {
      expect(await askedBy(EVIL, path)).toEqual({ allowed: null, credentials: null, varies: false });
    }
    expect((await askedBy(EVIL, '/graphql', preflight)).allowed).toBeNull();
  });

  test('those of the list may, never with credentials', async () => {
    app = await appOver('plain', {}, { CORS_ORIGINS: `${APP}, http://localhost:3000` });
    await app.refresh();
    // The second answer comes from the response cache.
    for (let round = 0; round < 2; round++) {
      for (const path of ['/overview', '/devices.csv', '/graphql?query={__typename}', '/nothing']) {
        for (const origin of [APP, 'http://localhost:3000']) {
          expect(await askedBy(origin, path)).toEqual({ allowed: origin, credentials: null, varies: true });
        }
        for (const origin of [EVIL, 'null', `${APP}.evil.example`, 'http://app.example', '*']) {
          expect(await askedBy(origin, path)).toEqual({ allowed: null, credentials: null, varies: true });
        }
      }
    }
    expect((await askedBy(APP, '/graphql', preflight)).allowed).toBe(APP);
    expect((await askedBy(EVIL, '/graphql', preflight)).allowed).toBeNull();
  });

  test('with * all may, without credentials', async () => {
    app = await appOver('plain', {}, { CORS_ORIGINS: '*' });
    expect(await askedBy(EVIL, '/overview')).toEqual({ allowed: EVIL, credentials: null, varies: true });
  });
});

describe('headers and pages', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await appOver('plain');
    await app.refresh();
  });
  afterAll(() => app.close());

  const policyOf = ({ headers }: Response) =>
    new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources] as const;
      }),
    );

  test('every answer, from the cache and an error too, tells browsers to guess and frame nothing', async () => {
    for (let round = 0; round < 2; round++) {
      for (const path of [
        '/',
        '/dashboard/data',
        '/dashboard/icon.svg',
        '/docs',
        '/graphql',
        '/graphql?query={__typename}',
        '/overview',
        '/devices.csv',
        '/health',
        '/nothing',
        '/openapi.json',
      ]) {
        const response = await app.get(path, { headers: { accept: 'text/html, */*' } });
        expect([path, Object.fromEntries(response.headers)]).toEqual([
          path,
          expect.objectContaining({
            'x-content-type-options': 'nosniff',
            'x-frame-options': 'DENY',
            'referrer-policy': 'no-referrer',
            'cross-origin-resource-policy': 'same-origin',
          }),
        ]);
        expect(policyOf(response).get('frame-ancestors')).toEqual(["'none'"]);
        expect(policyOf(response).get('default-src')).toEqual(["'none'"]);
      }
    }
  });

  test.each(['/', '/dashboard/devices/x', '/docs', '/graphql'])(
    '%s runs no script but its own',
    async (path) => {
      const response = await app.get(path, { headers: { accept: 'text/html' } });
      const scripts = policyOf(response).get('script-src') ?? [];
      expect(scripts).not.toEqual([]);
      for (const source of scripts) {
        expect(source).toMatch(/^'(none|self|nonce-[\w+/]{22}==|sha256-[\w+/]{43}=)'$/);
      }
      const html = await response.text();
      const inline = [...html.matchAll(/<script(?: nonce="([^"]*)")?>([\s\S]*?)<\/script>/g)];
      expect(inline).toHaveLength(
        { '/': 0, '/dashboard/devices/x': 0, '/docs': 1, '/graphql': 1 }[path] ?? -1,
      );
      for (const [, nonce, script = ''] of inline) {
        const hash = createHash('sha256').update(script).digest('base64');
        expect(scripts).toContain(nonce === undefined ? `'sha256-${hash}'` : `'nonce-${nonce}'`);
      }
      for (const [, source] of html.matchAll(/<script [^>]*src="([^"]*)"/g)) {
        expect(source).toMatch(/^\//);
        expect(scripts).toContain("'self'");
      }
    },
  );

  test('a nonce is used once', async () => {
    const page = () => app.get('/graphql', { headers: { accept: 'text/html' } });
    const [first, second] = [await page(), await page()];
    expect(policyOf(first).get('script-src')).not.toEqual(policyOf(second).get('script-src'));
    expect(first.headers.get('cache-control')).toBe('no-store');
  });
});

describe.each([
  ['in production', { NODE_ENV: 'production' }],
  ['with EXPLORER=false', { EXPLORER: 'false' }],
])('%s', (_, environment) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await appOver('plain', {}, environment);
  });
  afterAll(() => app.close());

  test('there is no GraphiQL', async () => {
    const response = await app.get('/graphql', { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toMatch(/graphiql/i);
    expect(response.status).not.toBe(200);
    const page = await (await app.get('/', { headers: { accept: 'text/html' } })).text();
    expect(factsOf(page)).toMatchObject({ graphql: 'plain' });
  });

  test('there is no introspection', async () => {
    for (const query of [
      getIntrospectionQuery(),
      '{ __schema { queryType { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...F } fragment F on Query { __schema { types { name } } }',
    ]) {
      const { errors, ...others } = await app.post(query);
      expect(others).not.toHaveProperty('data');
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
    expect(await app.ask('{ __typename overview { __typename } }')).toEqual({
      __typename: 'Query',
      overview: { __typename: 'Overview' },
    });
  });

  test('errors suggest no names', async () => {
    for (const [query, variables] of MISTAKES) {
      const { errors } = await app.post(query, variables);
      expect(errors, query).not.toBeUndefined();
      expect(JSON.stringify(errors), query).not.toMatch(/did you mean/i);
    }
  });
});

/** Each a typo away from a name that there is. */
const MISTAKES: readonly (readonly [string, Record<string, unknown>?])[] = [
  ['{ overvew { totalRows } }'],
  ['{ devices(frist: 1) { totalCount } }'],
  ['{ devices(orderBy: { field: AVG_SO }) { totalCount } }'],
  ['{ devices(filter: { serch: "x" }) { totalCount } }'],
  ['{ node(id: "x") { ... on Devic { id } } }'],
  ['query ($f: DeviceFilte) { devices(filter: $f) { totalCount } }'],
  ['query ($f: DeviceFilter) { devices(filter: $f) { totalCount } }', { f: { serch: 'x' } }],
  ['query ($o: DeviceOrder) { devices(orderBy: $o) { totalCount } }', { o: { field: 'AVG_SO' } }],
  ['query ($s: Statistic!) { topDevices(by: $s) { rank } }', { s: 'AVG_SO' }],
];

describe('asked for in production', () => {
  test('GraphiQL, introspection and suggestions are there', async () => {
    const app = await appOver('plain', {}, { NODE_ENV: 'production', EXPLORER: 'true' });
    try {
      const page = await app.get('/graphql', { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('YogaGraphiQL');
      await app.ask(getIntrospectionQuery());
      const suggested = await Promise.all(MISTAKES.map(([query, variables]) => app.post(query, variables)));
      for (const { errors } of suggested) expect(JSON.stringify(errors)).toMatch(/did you mean/i);
    } finally {
      await app.close();
    }
  });
});
