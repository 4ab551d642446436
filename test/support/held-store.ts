import { startFaultProxy } from './fault-proxy.ts';
import type { S3Store } from './s3-server.ts';
import type { S3Target } from './trino-config.ts';

export interface Held {
  /** Somebody waits for one of them. */
  readonly reached: Promise<void>;
  release(): void;
}

export interface HeldStore extends S3Target {
  /** From now on whoever reads an object with this in its key waits, until it is released. */
  hold(part: string): Held;
  stop(): Promise<void>;
}

/** A way to an S3 server on which reading stops in its midst for as long as a test wants. */
export async function startHeldStore({ endpoint, region, credentials }: S3Store): Promise<HeldStore> {
  const proxy = await startFaultProxy(endpoint);
  return {
    endpoint: proxy.endpoint,
    region,
    credentials,
    hold: (part) => {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      proxy.fault = async ({ method, url }) => {
        if (method !== 'GET' || !url.split('?')[0]?.includes(part)) return undefined;
        reached.resolve();
        await released.promise;
        return undefined;
      };
      return {
        reached: reached.promise,
        release: () => {
          proxy.fault = undefined;
          released.resolve();
        },
      };
    },
    stop: () => proxy.stop(),
  };
}
