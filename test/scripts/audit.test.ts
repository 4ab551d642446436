import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ADVISORY = {
  zod: [
    {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'of this test',
      severity: 'high',
      vulnerable_versions: '>=1',
      cwe: [],
      cvss: { score: 8 },
    },
  ],
};

/** `npm run audit` against a registry that answers so. */
async function audit(status: number, advisories: unknown) {
  const server = createServer(({ method, url = '' }, response) => {
    // It looks up what depends on a package that is weak.
    const body = method === 'POST' ? advisories : { name: decodeURIComponent(url.slice(1)), versions: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: await temporaryFolder(),
    npm_config_fetch_retries: '0',
  };
  return promisify(execFile)(process.execPath, ['scripts/audit.ts'], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test('a weakness that the registry knows fails it, and is named', async () => {
  const { code, stderr } = await audit(200, ADVISORY);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^high\tzod /m)]);
});

test('none is told to be none', async () => {
  expect(await audit(200, {})).toMatchObject({ code: 0, stdout: 'Known weaknesses: none\n' });
});

test('a registry that does not take the question is told, and not taken for one that knows of none', async () => {
  const { code, stdout, stderr } = await audit(405, {});
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain('not known, since the registry cannot be asked. 405 Method Not Allowed');
});
