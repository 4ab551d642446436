import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pMap from 'p-map';
import { type S3Server, startS3Server } from './s3-server.ts';

/** Where a data set lies and how it is read: the environment that makes the app answer from it. */
export type Mode = 'local' | 'direct' | 'cached';

export interface Place {
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

const UPLOADS = 8;

/** One S3 server for a test file, and as many places on it as the file needs. */
export class Places {
  #server: Promise<S3Server> | undefined;
  #buckets = 0;

  /** The folder's files, where this mode reads them. */
  async put(directory: string, mode: Mode): Promise<Place> {
    const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-place-'));
    const remove = () => rm(scratch, { recursive: true, force: true });
    if (mode === 'local') {
      await cp(directory, scratch, { recursive: true });
      return { environment: { DATA_DIR: scratch }, remove };
    }
    const { server, bucket } = await this.bucket();
    const upload = async (file: string) => {
      const name = path.relative(directory, file).split(path.sep).join('/');
      await server.put(bucket, `telemetry/${name}`, await readFile(file));
    };
    const found = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile());
    await pMap(files, ({ parentPath, name }) => upload(path.join(parentPath, name)), {
      concurrency: UPLOADS,
    });
    const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(scratch, 'objects') } : {};
    return { environment: { ...this.environment(server, bucket), ...cache }, remove };
  }

  async bucket(): Promise<{ server: S3Server; bucket: string }> {
    this.#server ??= startS3Server();
    const server = await this.#server;
    const bucket = `bucket-${this.#buckets++}`;
    await server.createBucket(bucket);
    return { server, bucket };
  }

  environment(server: S3Server, bucket: string): Record<string, string> {
    process.env['AWS_ACCESS_KEY_ID'] = server.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = server.credentials.secretAccessKey;
    return { S3_BUCKET: bucket, S3_ENDPOINT: server.endpoint, AWS_REGION: server.region };
  }

  async stop(): Promise<void> {
    await (await this.#server)?.stop();
  }
}
