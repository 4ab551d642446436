import { Kind, type OperationDefinitionNode, OperationTypeNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
});
afterAll(() => app.close());

const page = async (url: string) => {
  const response = await app.get(url, { headers: { accept: 'text/html' } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/html');
  return response.text();
};

test('where the dashboard is not built, / says how to, and leads to everything; every link answers', async () => {
  const bare = await appOver('plain', { dashboardDirectory: '/nowhere' });
  try {
    const html = await (await bare.get('/')).text();
    expect(html).toContain('npm run build:dashboard');
    const links = [...html.matchAll(/href="(\/[^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links).toEqual(
      expect.arrayContaining([
        '/graphql',
        '/docs',
        '/openapi.json',
        '/overview',
        '/devices',
        '/devices/latest',
        '/daily-summary',
        '/health',
        '/ready',
      ]),
    );
    for (const link of links) {
      const { status } = await bare.get(link, { headers: { accept: 'text/html,*/*' } });
      expect([link, status]).toEqual([link, 200]);
    }
    expect((await bare.get('/dashboard')).status).toBe(404);
  } finally {
    await bare.close();
  }
});

test('no page loads anything from elsewhere', async () => {
  for (const url of ['/', '/dashboard/data', '/docs', '/graphql']) {
    const html = (await page(url)).replaceAll(/<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, '');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  }
});

test('the documentation page and its assets come from here', async () => {
  const html = await page('/docs');
  for (const [, asset] of html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)) {
    const response = await app.get(asset ?? '');
    expect([asset, response.status]).toEqual([asset, 200]);
    expect((await response.text()).length).toBeGreaterThan(10_000);
  }
});

/** What GraphiQL shows of an operation: its answer, or the first of its events. */
async function ask(query: string, { name, operation }: OperationDefinitionNode, variables: string) {
  const isLive = operation === OperationTypeNode.SUBSCRIPTION;
  const response = await app.get('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isLive ? 'text/event-stream' : 'application/json',
    },
    body: JSON.stringify({ query, variables: JSON.parse(variables), operationName: name?.value }),
  });
  if (!isLive) return response.text();
  let text = '';
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString();
    const [, event] = /^data: (\{.*\})$/m.exec(text) ?? [];
    if (event !== undefined) return event;
  }
  throw new Error(`expected an event, but got: ${text}`);
}

test('GraphiQL opens with example operations, and each of them answers', async () => {
  const html = await page('/graphql');
  const options = /renderYogaGraphiQL\(\s*[^,]+,\s*(\{.*\}),?\s*\)/s.exec(html)?.[1];
  const { defaultTabs } = JSON.parse(options ?? '{}') as {
    defaultTabs: { query: string; variables?: string }[];
  };
  expect(defaultTabs.length).toBeGreaterThanOrEqual(5);
  for (const { query, variables = '{}' } of defaultTabs) {
    for (const definition of parse(query).definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const answer = await ask(query, definition, variables);
      expect([definition.name?.value, JSON.parse(answer)]).toEqual([
        definition.name?.value,
        { data: expect.any(Object) },
      ]);
    }
  }
});
