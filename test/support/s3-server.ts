import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Location } from '../../src/config/config.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { freePort } from './free-port.ts';
import { versitygw } from './versitygw.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'test-access', secretAccessKey: "test-secret-'quoted'" };
const READY_MS = 15_000;

/** What a test does with a server. */
export interface S3Store {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly client: S3Client;
  location(bucket: string, prefix?: string): S3Location;
  createBucket(name: string): Promise<void>;
  /** Answers with the ETag, without quotes. */
  put(bucket: string, key: string, body: string | Uint8Array): Promise<string>;
  remove(bucket: string, key: string): Promise<void>;
}

/** A real S3 server (versitygw) over a folder of its own. */
export interface S3Server extends S3Store {
  stop(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const program = await versitygw();
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-s3-'));
  const { child, endpoint } = await startOnFreePort(program, directory);
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const store = s3Store(endpoint);
  return {
    ...store,
    async stop() {
      process.removeListener('exit', killAtExit);
      store.client.destroy();
      await end(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** That of a server which another process has started. */
export function s3Store(endpoint: string): S3Store {
  const location = (bucket: string, prefix = ''): S3Location => ({
    bucket,
    prefix,
    endpoint,
    region: REGION,
  });
  const client = createS3Client(location('any'), { credentials: CREDENTIALS });
  return {
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    client,
    location,
    async createBucket(name) {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
    async put(bucket, key, body) {
      const { ETag } = await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentLength: Buffer.byteLength(body),
        }),
      );
      return (ETag ?? '').replaceAll('"', '');
    },
    async remove(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

async function startOnFreePort(program: string, directory: string) {
  const data = path.join(directory, 'data');
  await mkdir(data);
  // Another process may take the port between our look and the server's; then it exits and another is tried.
  for (let attempt = 1; ; attempt += 1) {
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      program,
      ['--quiet', '--keep-alive', '--port', address, '--region', REGION, 'posix', data],
      {
        env: { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let diagnostics = '';
    child.stderr?.on('data', (chunk) => {
      diagnostics += chunk;
    });
    try {
      await answers(`http://${address}`, child);
      return { child, endpoint: `http://${address}` };
    } catch (cause) {
      await end(child);
      if (attempt === 3) throw new Error(`versitygw did not start: ${diagnostics}`, { cause });
    }
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = AbortSignal.timeout(READY_MS);
  while (child.exitCode === null) {
    deadline.throwIfAborted();
    const response = await fetch(url, { signal: deadline }).catch(() => undefined);
    await response?.body?.cancel();
    if (response) return;
    await delay(20);
  }
  throw new Error(`exited with ${child.exitCode}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(timer);
}
