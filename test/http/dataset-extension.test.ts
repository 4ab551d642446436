import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;
beforeAll(async () => {
  app = await appOver('plain');
  await app.refresh();
});
afterAll(() => app.close());

async function post(body: object): Promise<{ extensions?: unknown; data: unknown }> {
  const response = await app.get('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

test('an answer carries the version that it rests on when the request asks for it, and not otherwise', async () => {
  const query = '{ overview { totalRows } }';
  const { dataset } = await app.ask<{ dataset: { version: string } }>('{ dataset { version } }');
  const carried = { dataset: { version: dataset.version, rolledUp: true, coverage: 1 } };
  // Asked twice: an answer from the response cache carries it as well.
  for (const _ of [1, 2]) {
    expect((await post({ query, extensions: { dataset: true } })).extensions).toEqual(carried);
    expect((await post({ query })).extensions).toBeUndefined();
    expect((await post({ query, extensions: { dataset: 'yes' } })).extensions).toBeUndefined();
  }
  const url = `/graphql?query=${encodeURIComponent(query)}&extensions=${encodeURIComponent('{"dataset":true}')}`;
  expect(await (await app.get(url)).json()).toMatchObject({ extensions: carried });
});

test('REST tells it in headers', async () => {
  const { dataset } = await app.ask<{ dataset: { version: string } }>('{ dataset { version } }');
  for (const url of ['/overview', '/devices', '/overview']) {
    const { headers } = await app.get(url);
    expect([headers.get('x-dataset-version'), headers.get('x-dataset-coverage')]).toEqual([
      dataset.version,
      '1',
    ]);
  }
});
