import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatasetName } from '../support/datasets.ts';
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

test.each(DATASETS)(
  '%s: whatever is asked of REST, the answer is one that /openapi.json promises',
  async (name) => {
    const url = servers.get(name)?.url;
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
    expect(output).toMatch(/Tested: (\d+)/);
    expect(code, output).toBe(0);
  },
);
