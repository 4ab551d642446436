import { rm } from 'node:fs/promises';
import type { Overrides } from '../../src/app.ts';
import type { StatementEvent } from '../../src/engine/engine.ts';
import type { Logger } from '../../src/log.ts';
import { startApp, type TestApp } from './app.ts';
import { scratchFolder } from './temporary-folder.ts';
import { type TableKind, TrinoPlaces } from './trino-places.ts';

export interface ClusterApps {
  /** Has the cluster answer. */
  readonly cluster: TestApp;
  /** Reads the same objects itself. */
  readonly embedded: TestApp;
  /** Settings of the first of them. The table is called as `S3_BUCKET` is. */
  readonly environment: Readonly<Record<string, string>>;
  /** What statements ran for the first of them since the last call, on which engine. */
  takeEvents(): StatementEvent[];
  close(): Promise<void>;
}

export interface ClusterAppsOptions {
  /** Of the Trino; unset: of the one that all test files share. */
  readonly url?: string;
  readonly kind?: TableKind;
  readonly settings?: Readonly<Record<string, string>>;
  /** Of the one that has the cluster answer. */
  readonly log?: Logger;
  readonly viewerOf?: NonNullable<Overrides['viewerOf']>;
}

/** Two apps over the same objects in a bucket, which must answer alike. */
export async function startClusterApps(
  write: (directory: string) => Promise<void>,
  { url, kind, settings = {}, log, viewerOf }: ClusterAppsOptions = {},
): Promise<ClusterApps> {
  const overrides = viewerOf === undefined ? {} : { viewerOf };
  const directory = await scratchFolder();
  await write(directory);
  const { environment, remove } = await new TrinoPlaces({ url, kind }).put(directory);
  // Each question is really answered.
  const common = { REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0', ...settings };
  let events: StatementEvent[] = [];
  const cluster = await startApp(
    { ...environment, ...common },
    { ...overrides, onStatement: (event) => events.push(event), ...(log && { log }) },
  );
  const { ENGINE: _, ...rest } = environment;
  const embedded = await startApp({ ...rest, ...common }, overrides);
  await Promise.all([cluster.refresh(), embedded.refresh()]);
  return {
    cluster,
    embedded,
    environment: { ...environment, ...common },
    takeEvents: () => {
      const taken = events;
      events = [];
      return taken;
    },
    close: async () => {
      await cluster.close();
      await embedded.close();
      await remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
