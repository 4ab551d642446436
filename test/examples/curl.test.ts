import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { generateSample } from '../../src/sample/generate-sample.ts';
import { codeBlocks, readText } from '../docs/markdown.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const [settings = '', ...blocks] = codeBlocks(readText('examples/curl.md'), 'sh');

let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  folder = await scratchFolder();
  const DATA_DIR = path.join(folder, 'data');
  const end = new Date('2026-03-31T00:00:00Z');
  await generateSample({ directory: DATA_DIR, seed: 1, devices: 6, days: 3, end });
  server = await startServerProcess({ DATA_DIR, STATE_DIR: path.join(folder, 'state') });
  await vi.waitFor(async () => expect((await fetch(`${server.url}/ready`)).status).toBe(200), {
    timeout: 20_000,
  });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exit;
});

/** What a reader sees who pastes the block into a shell. */
async function run(block: string): Promise<string> {
  const script = `set -eu\n${settings}\nAPI=${server.url}\n${block}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder });
  return stdout;
}

/** In the order of the page: what an answer has to be like, or what it has to say. */
const ANSWERS: readonly (RegExp | object)[] = [
  { data: { overview: { deviceCount: 6 }, dataset: { version: expect.any(String), coverage: 1 } } },
  { data: { overview: { totalRows: expect.any(Number), deviceCount: 6 } } },
  /x-dataset-version: \S+[\s\S]*"device_count":6/i,
  { data: { devices: { totalCount: 6, pageInfo: { hasNextPage: true, endCursor: expect.any(String) } } } },
  [{ device_id: 'pack-004' }, { device_id: 'pack-005' }, { device_id: 'pack-006' }],
  expect.arrayContaining([expect.objectContaining({ device_id: 'pack-001', date: '2026-03-29' })]),
  [{ device_id: 'pack-001', timestamps: expect.any(Array) }],
  /^device_id,timestamp,temperature[^\n]*\n(pack-001,[^\n]*\n){4}$/,
  Array.from({ length: 5 }, () => ({ device_id: 'pack-001' })),
  /^readings-.*\.parquet\n$/,
  /^device_id,[^\n]*\n(pack-001,[^\n]*\n){2}$/,
  /^304\n$/,
  /^id: \S+\nevent: next\ndata: \{"data":\{"latestReadings":\{"version":.*"readings":\[\{"deviceId":"pack-001",/m,
  { data: { changedSince: { complete: true, devices: { edges: [] } } } },
  { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  { code: 'BAD_USER_INPUT', detail: expect.stringContaining('Mars') },
  { status: 'ready' },
];

test('each block has an answer here', () => {
  expect(blocks).toHaveLength(ANSWERS.length);
});

test.each(ANSWERS.map((answer, index) => [blocks[index] ?? '', answer] as const))(
  '%s',
  async (block, answer) => {
    const printed = await run(block);
    if (answer instanceof RegExp) expect(printed).toMatch(answer);
    else expect(JSON.parse(printed)).toMatchObject(answer);
  },
);
