import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { startFaultProxy } from '../../test/support/fault-proxy.ts';
import { openBuilder } from '../builder.ts';
import { type Data, NEW_KEY, type Settings } from '../data.ts';
import { seconds, sideBySide } from '../load.ts';
import { figure, type Row } from './row.ts';

const ROUNDS = 3;

/**
 * What one more object costs a service that has all others.
 * @param state of a service that has rolled up and is stopped
 */
export async function newObjectRow(data: Data, state: string): Promise<Row> {
  const builder = await openBuilder(data.settings);
  const requests = await watchRequests(data.settings);
  const config = loadConfig({
    ...data.settings,
    ...requests.settings,
    REFRESH_SECONDS: '86400',
    STATE_DIR: state,
  });
  const app = await createApp(config, { log: pino({ level: 'error' }) });
  try {
    await app.refresh();
    const refresh = async () => {
      await data.addObject();
      requests.forget();
      const spent = await seconds(() => app.refresh());
      requests.assertOnlyNew();
      await data.removeObject();
      await app.refresh();
      return spent;
    };
    const one = await builder.inspect((await builder.list()).slice(-1));
    const { ours, theirs } = await sideBySide(ROUNDS, refresh, () => builder.build(one));
    return {
      what: `refresh after a new object among ${data.objects.toLocaleString('en')}, of which none is read`,
      ours: `${figure(ours)} s`,
      against: 'building that object alone',
      theirs: `${figure(theirs)} s`,
      target: '≤ 2 s more',
      measured: `${figure(Math.max(ours - theirs, 0))} s more`,
      met: ours - theirs <= 2,
      ifMissed: 'Listing the bucket and merging the levels above.',
    };
  } finally {
    await app.close();
    await builder.close();
    await requests.stop();
    await data.removeObject();
  }
}

/** Sees every request to the store, whoever makes it: the SDK or DuckDB. A folder has no such place to look from. */
async function watchRequests({ S3_ENDPOINT }: Settings) {
  if (S3_ENDPOINT === undefined) {
    return { settings: {}, forget: () => {}, assertOnlyNew: () => {}, stop: async () => {} };
  }
  const proxy = await startFaultProxy(S3_ENDPOINT);
  let from = 0;
  return {
    settings: { S3_ENDPOINT: proxy.endpoint },
    forget: () => {
      from = proxy.requests.length;
    },
    assertOnlyNew: () => {
      // A listing names keys as well, in its query.
      const paths = proxy.requests.slice(from).map(({ url }) => url.split('?', 1)[0] ?? '');
      const objects = paths.filter((path) => path.endsWith('.parquet'));
      const others = objects.filter((path) => !path.endsWith(`/${NEW_KEY}`));
      if (objects.length === 0 || others.length > 0) {
        throw new Error(
          `expected that the new object is read alone, but ${others.length} others were asked for`,
        );
      }
    },
    stop: () => proxy.stop(),
  };
}
