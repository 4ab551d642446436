import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { datasets } from '../support/datasets.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const EXAMPLE = 'examples/vercel-frontend';
/** What stands in the folder only where somebody has worked with it. */
const MADE = new Set(['node_modules', 'dist', 'gql']);

interface Functions {
  GET(request: Request): Promise<Response>;
  POST(request: Request): Promise<Response>;
}

let server: ServerProcess;
let functions: Functions;
let folder: string;
const key = newKey();

beforeAll(async () => {
  const root = await scratchFolder();
  folder = path.join(root, EXAMPLE);
  await cp(EXAMPLE, folder, { recursive: true, filter: (source) => !MADE.has(path.basename(source)) });
  await cp('schema/schema.graphql', path.join(root, 'schema/schema.graphql'));
  const run = (...command: string[]) =>
    promisify(execFile)('npm', command, { cwd: folder, env: { ...process.env, NODE_ENV: 'development' } });
  await run('ci');
  await run('run', 'build');

  const data = path.join(root, 'data');
  await mkdir(data);
  await datasets.plain(data);
  const keysFile = path.join(root, 'keys.yaml');
  const hash = `sha256:${digestOf(key).toString('hex')}`;
  await writeFile(keysFile, JSON.stringify({ keys: [{ id: 'frontend', hash, devices: 'all' }] }));
  server = await startServerProcess({
    DATA_DIR: data,
    STATE_DIR: path.join(root, 'state'),
    API_KEYS_FILE: keysFile,
  });
  process.env['TELEMETRY_API_URL'] = server.url;
  process.env['TELEMETRY_API_KEY'] = key;
  functions = await import(pathToFileURL(path.join(folder, 'api/graphql.ts')).href);
}, 300_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exit;
});

async function hashOf(name: string): Promise<string> {
  const manifest: Record<string, string> = JSON.parse(
    await readFile(path.join(folder, 'src/gql/persisted-documents.json'), 'utf8'),
  );
  const found = Object.entries(manifest).find(([, text]) => text.startsWith(`query ${name}`));
  if (found === undefined) throw new Error(`expected a document ${name} in the manifest`);
  return found[0];
}

const post = (body: unknown) =>
  functions.POST(new Request('http://localhost/api/graphql', { method: 'POST', body: JSON.stringify(body) }));

test('documents of the app are answered by their hash, in each way that the clients send it', async () => {
  const id = await hashOf('Fleet');
  const variables = { first: 2 };
  const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
  const query = new URLSearchParams({
    variables: JSON.stringify(variables),
    extensions: JSON.stringify(extensions),
  });
  for (const response of [
    await post({ documentId: id, variables }),
    await post({ extensions, variables }),
    await functions.GET(new Request(`http://localhost/api/graphql?${query}`)),
  ]) {
    expect(response.status).toBe(200);
    const { data, errors } = await response.json();
    expect(errors).toBeUndefined();
    expect(data.overview.deviceCount).toBeGreaterThan(0);
    expect(data.devices.edges).toHaveLength(2);
  }
});

test('nothing else is asked with the key of the app', async () => {
  for (const body of [
    { query: '{ overview { totalRows } }' },
    { documentId: 'sha256:00', variables: {} },
    { documentId: '__proto__' },
    {},
  ]) {
    const response = await post(body);
    expect([response.status, await response.json()]).toEqual([
      403,
      { errors: [{ message: 'expected a document of this app' }] },
    ]);
  }
  const nonsense = new Request('http://localhost/api/graphql', { method: 'POST', body: '{' });
  expect((await functions.POST(nonsense)).status).toBe(400);
});

test('an error of the service comes through with its code', async () => {
  const response = await post({ documentId: await hashOf('Fleet'), variables: { first: -1 } });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('what browsers get has neither the key nor the address of the service', async () => {
  const names = await readdir(path.join(folder, 'dist'), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['index.html', 'apollo.html', 'tanstack-query.html']),
  );
  for (const { parentPath, name } of files) {
    const text = await readFile(path.join(parentPath, name), 'utf8');
    for (const secret of [key, server.url, 'TELEMETRY_API']) expect(text).not.toContain(secret);
  }
});
