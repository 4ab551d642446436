import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatasetName } from '../support/datasets.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { ECHO, WARM } from '../support/query-texts.ts';
import { schemathesis } from '../support/schemathesis.ts';
import { type ServerOver, serverOver } from '../support/server-over.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'a-token-of-24-characters';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'missing_required_header',
  'ignored_auth',
];
const DATASETS: readonly DatasetName[] = ['plain', 'oddIds', 'missingValues', 'broken'];

const servers = new Map<DatasetName, ServerOver>();
beforeAll(async () => {
  for (const name of DATASETS) {
    servers.set(name, await serverOver(name, { REFRESH_TOKEN: TOKEN, LOG_LEVEL: 'info' }));
  }
});
afterAll(() => Promise.all([...servers.values()].map((server) => server.close())));

/** Asks each path of the OpenAPI document some hundred times, and expects nothing that the document does not tell. */
async function fuzz(url: string): Promise<void> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
  const { code, output } = await schemathesis(
    [
      'run',
      `${url}/openapi.json`,
      ...['--checks', CHECKS.join(',')],
      ...['--header', `Authorization: Bearer ${TOKEN}`],
      ...['--seed', '1', '--max-examples', '40', '--generation-database', 'none', '--no-color'],
      '--continue-on-failure',
    ],
    await temporaryFolder(),
  );
  expect(code, output).toBe(0);
  expect(output).toContain(`Tested: ${Object.keys(paths).length}\n`);
}

test.each(DATASETS)(
  '%s: whatever is asked of REST, the answer is one that /openapi.json promises',
  async (name) => {
    await fuzz(servers.get(name)?.url ?? '');
  },
);

test('the same of parameters of every type', async () => {
  const app = await appWithQueries(
    { 'warm.sql': WARM, 'echo.sql': ECHO },
    { environment: { REFRESH_TOKEN: TOKEN } },
  );
  await app.refresh();
  const server = createServer(app.handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await fuzz(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
