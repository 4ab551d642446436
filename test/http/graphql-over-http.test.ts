import path from 'node:path';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

const MANIFEST = path.resolve(import.meta.dirname, '../generated/persisted-documents.json');

describe.each([
  ['as it starts', {}],
  ['with persisted documents', { PERSISTED_DOCUMENTS: MANIFEST }],
])('%s', (_, environment) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await appOver('plain', {}, environment);
  });
  afterAll(() => app.close());

  const audits = serverAudits({
    url: 'http://localhost/graphql',
    fetchFn: (url: string, init?: RequestInit) => app.handler.fetch(url, init ?? {}),
  });

  test('all of them are run', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (__, audit) => {
    expect(await audit.fn()).toMatchObject({ status: 'ok' });
  });
});
