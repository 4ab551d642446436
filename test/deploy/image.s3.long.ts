import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { freePort } from '../support/free-port.ts';
import { buildImage, type Image } from '../support/image.ts';
import { canMount } from '../support/own-mounts.ts';
import { startS3Server } from '../support/s3-server.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

let folder: string;
let image: Image;
beforeAll(async () => {
  folder = await scratchFolder();
  image = await buildImage(folder);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const installed = () =>
  z
    .object({
      packages: z.record(z.string(), z.object({ version: z.string(), dev: z.boolean().optional() })),
    })
    .parse(JSON.parse(readFileSync(path.join(image.root, 'app/node_modules/.package-lock.json'), 'utf8')));
const named = (name: string, version: string) => `${name}@${version}`;
const packageName = (place: string) =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('the list of what is in the image is CycloneDX, and names every package that is, and no other', () => {
  const sbom = z
    .object({
      bomFormat: z.literal('CycloneDX'),
      specVersion: z.string(),
      components: z.array(z.object({ group: z.string().optional(), name: z.string(), version: z.string() })),
    })
    .parse(JSON.parse(readFileSync(path.join(image.root, 'app/sbom.cdx.json'), 'utf8')));
  const listed = sbom.components.map(({ group, name, version }) =>
    named(group === undefined || name.startsWith('@') ? name : `${group}/${name}`, version),
  );
  const { packages } = installed();
  const there = Object.entries(packages).map(([place, { version }]) => named(packageName(place), version));
  expect([...new Set(listed)].toSorted()).toEqual([...new Set(there)].toSorted());
  expect(listed).toEqual(expect.arrayContaining([expect.stringMatching(/^@duckdb\/node-api@/)]));
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const name of Object.keys(dependencies))
    expect(
      listed.some((one) => one.startsWith(`${name}@`)),
      name,
    ).toBe(true);
  for (const name of ['vitest', 'typescript', '@biomejs/biome', 'node']) {
    expect(devDependencies).toHaveProperty(name);
    expect(
      listed.some((one) => one.startsWith(`${name}@`)),
      name,
    ).toBe(false);
  }
});

test('what development needs is not in the image', async () => {
  const top = await readdir(path.join(image.root, 'app'));
  expect(top.toSorted()).toEqual(
    [
      ...['.cache', 'bin', 'dashboard', 'node_modules', 'package.json', 'queries', 'sbom.cdx.json'],
      ...['schema', 'src'],
    ].toSorted(),
  );
  expect((await readdir(path.join(image.root, 'app/dashboard'))).toSorted()).toEqual(['dist', 'generated']);
  expect(Object.values(installed().packages).filter(({ dev }) => dev === true)).toEqual([]);
});

test('httpfs is in the image', async () => {
  const own = path.join(image.root, 'app/.cache/httpfs/httpfs.duckdb_extension');
  const duckdb = await readdir(path.join(image.root, 'home/node/.duckdb'), { recursive: true });
  expect(existsSync(own) || duckdb.some((name) => name.endsWith('httpfs.duckdb_extension'))).toBe(true);
});

describe.skipIf(!canMount())(
  'as a container, with a root file system that is read-only, as the user node',
  () => {
    async function volume(): Promise<string> {
      const data = path.join(folder, `data-${crypto.randomUUID()}`);
      await mkdir(data);
      await chown(data, 1000, 1000);
      return data;
    }
    const ended = async (child: ChildProcess) => {
      const { stdout, stderr } = child;
      if (stdout === null || stderr === null) throw new Error('expected pipes');
      const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
      return { code: code as number | null, out, err };
    };

    test('nothing but /data and /tmp can be written, and nobody is root', async () => {
      const shell =
        'id -u; for place in /app /app/.cache /home/node /home/node/.duckdb /usr/local/bin /data /tmp; do touch $place/x 2>/dev/null && echo $place; done';
      const { out, err } = await ended(image.run(['bash', '-c', shell], await volume()));
      expect([out, err]).toEqual(['1000\n/data\n/tmp\n', '']);
    });

    test('the command serves with the settings of the image, HEALTHCHECK finds it well, and SIGTERM ends it with 0', async () => {
      const data = await volume();
      const environment = { AUTH: 'open', PORT: String(await freePort()) };
      const child = image.run(image.command, data, environment);
      onTestFinished(() => void child.kill('SIGKILL'));
      const over = ended(child);
      const url = `http://127.0.0.1:${environment.PORT}`;
      const statusOf = (place: string) =>
        fetch(url + place).then(
          ({ status }) => status,
          () => 0,
        );
      await expect.poll(() => statusOf('/ready'), { timeout: 120_000, interval: 200 }).toBe(200);
      expect(await statusOf('/health')).toBe(200);
      expect(await statusOf('/overview')).toBe(200);
      expect(await (await fetch(url, { headers: { accept: 'text/html' } })).text()).toContain(
        '<script type="module"',
      );
      const health = await ended(image.run(image.healthcheck, await volume(), environment));
      expect(health).toEqual({ code: 0, out: '', err: '' });
      expect((await readdir(data)).toSorted()).toEqual(expect.arrayContaining(['rollups.duckdb', 'sample']));
      child.kill('SIGTERM');
      const late = delay(10_000, 'late', { ref: false });
      expect(await Promise.race([over.then(({ code }) => code), late])).toBe(0);
      const unwell = await ended(image.run(image.healthcheck, await volume(), environment));
      expect(unwell.code).toBe(1);
    });

    test('without a volume that it may write to it warns, and keeps what it has in memory', async () => {
      const data = path.join(folder, 'of-root');
      await mkdir(data, { recursive: true });
      const environment = { AUTH: 'open', DATA_DIR: '/app' };
      const { out } = await ended(image.run(['telemetry-api', 'check'], data, environment));
      expect(out).toMatch(
        /^folders +warn +STATE_DIR cannot be written: the rollups are kept in memory only/m,
      );
    });

    test('the commands are there: data is made in a bucket, the bucket is checked and read directly, and a query answers', async () => {
      const server = await startS3Server();
      onTestFinished(() => server.stop());
      const environment = {
        AUTH: 'open',
        S3_BUCKET: 'made-here',
        S3_ENDPOINT: server.endpoint,
        AWS_REGION: server.region,
        AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      };
      const telemetryApi = async (...args: string[]) =>
        ended(image.run(['telemetry-api', ...args], await volume(), environment));
      const made = await telemetryApi(
        'generate',
        '--bucket',
        'made-here',
        '--create-bucket',
        '--readings',
        '1000',
        '--devices',
        '2',
        '--days',
        '1',
        '--objects',
        '1',
      );
      expect([made.code, made.out]).toEqual([0, '']);
      const { code, out } = await telemetryApi('check');
      expect([code, out]).toEqual([0, expect.stringContaining('directly, by DuckDB’s httpfs')]);
      const asked = await telemetryApi('query', 'overview', '--format', 'json');
      expect(JSON.parse(asked.out)).toMatchObject({ rows: [{ total_rows: 1000, device_count: 2 }] });
    });
  },
);
