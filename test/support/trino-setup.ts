import type { TestProject } from 'vitest/node';
import { startS3Server } from './s3-server.ts';
import { startTrinoServer } from './trino-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly trinoUrl: string;
    /** What signs its tokens (PEM, RS256). */
    readonly trinoTokenKey: string;
    readonly s3Endpoint: string;
  }
}

/** One Trino over one S3 server for all test files, since its start takes longer than most of them. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const s3 = await startS3Server();
  const trino = await startTrinoServer(s3).catch(async (error) => {
    await s3.stop();
    throw error;
  });
  provide('trinoUrl', trino.url);
  provide('trinoTokenKey', trino.tokenKey);
  provide('s3Endpoint', s3.endpoint);
  return async () => {
    await trino.stop();
    await s3.stop();
  };
}
