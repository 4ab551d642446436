import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { s3Store } from '../../test/support/s3-server.ts';
import type { BenchCluster } from '../cluster.ts';
import type { Data, Settings } from '../data.ts';
import { generated } from '../generated.ts';
import { median, seconds } from '../load.ts';
import { NEW_OBJECTS } from '../options.ts';
import { figure, type Row } from './row.ts';

const ROUNDS = 3;

/**
 * What many new objects cost a service that has all others, with and without a cluster. They hold as many readings as all others.
 * @param states of services that have rolled up and are stopped
 */
export async function trinoRefreshRow(
  data: Data,
  cluster: BenchCluster,
  states: { readonly cluster: string; readonly embedded: string },
): Promise<Row> {
  const folder = await generated({ readings: data.readings, objects: NEW_OBJECTS });
  const keys = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
  const { S3_ENDPOINT = '', S3_BUCKET = '', S3_PREFIX = '' } = data.settings;
  const store = s3Store(S3_ENDPOINT);
  const removeAll = async () => {
    for (const key of keys) await store.remove(S3_BUCKET, S3_PREFIX + key);
  };
  // The AWS SDK reads its credentials there.
  Object.assign(process.env, data.settings);
  const onCluster = await openApp({ ...data.settings, ...cluster.settings }, states.cluster);
  const embedded = await openApp(data.settings, states.embedded);
  try {
    await onCluster.refresh();
    await embedded.refresh();
    const [ours, theirs, counts]: [number[], number[], number[]] = [[], [], []];
    let bytes = 0;
    // The first one warms up both.
    for (let round = 0; round <= ROUNDS; round++) {
      bytes = 0;
      for (const key of keys) {
        const body = await readFile(path.join(folder, key));
        bytes += body.length;
        await store.put(S3_BUCKET, S3_PREFIX + key, body);
      }
      await cluster.takeWork();
      ours.push(await seconds(() => onCluster.refresh()));
      counts.push((await cluster.takeWork()).statements);
      theirs.push(await seconds(() => embedded.refresh()));
      await removeAll();
      await onCluster.refresh();
      await embedded.refresh();
    }
    const [one, other] = [ours, theirs].map((times) => median(times.slice(1))) as [number, number];
    const statements = Math.max(...counts.slice(1));
    return {
      what: `refresh after ${keys.length} new objects of ${data.readings.toLocaleString('en')} readings together, \`ENGINE=trino\``,
      ours: `${figure(one)} s`,
      against: 'the same with `ENGINE=duckdb`',
      theirs: `${figure(other)} s`,
      target: '1 statement on the cluster',
      measured: `${statements} statement${statements === 1 ? '' : 's'}, ${(one / other).toFixed(2)}× the time`,
      met: statements === 1,
      ifMissed: 'The cluster was asked more than the partials of the new objects.',
      note: `the objects have ${figure(bytes / 1e6)} MB together; what has less than \`TRINO_MIN_SCAN_BYTES\` (32 MiB unless it is set) the embedded engine reads in any case. Listing, footers, the commit and the merging of days and devices are in it, on both sides`,
    };
  } finally {
    await onCluster.close();
    await embedded.close();
    await removeAll();
    store.client.destroy();
  }
}

function openApp(settings: Settings, state: string) {
  const config = loadConfig({ ...settings, REFRESH_SECONDS: '86400', STATE_DIR: state });
  return createApp(config, { log: pino({ level: 'error' }) });
}
