import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { Dataset } from '../../src/dataset/dataset.ts';
import type { RollupKeeper } from '../../src/dataset/rollup-keeper.ts';
import type { Logger } from '../../src/log.ts';
import { LocalStorage } from '../../src/storage/local.ts';
import type { OpenObjects, StorageOptions, StoredObject } from '../../src/storage/storage.ts';
import { seriesSql, type WriteObject, writeDataset } from '../support/datasets/dataset-folder.ts';

/** A real folder whose answers a test may count, hold back and make fail. */
export class WatchedStorage extends LocalStorage {
  listings = 0;
  readonly reads: string[] = [];
  readonly opens: string[] = [];
  /** Awaited after the folder has been listed, before the listing is handed over. */
  afterListing: (options: StorageOptions) => Promise<unknown> = async () => undefined;
  beforeRead: (object: StoredObject) => void = () => undefined;
  /** Awaited between the opening of objects and the statement. */
  afterOpening: (objects: readonly StoredObject[]) => Promise<unknown> = async () => undefined;

  override async list(options: StorageOptions = {}): Promise<StoredObject[]> {
    this.listings++;
    const listed = await super.list(options);
    await this.afterListing(options);
    return listed;
  }

  override async readRange(...args: Parameters<LocalStorage['readRange']>): Promise<Uint8Array> {
    this.reads.push(args[0].key);
    this.beforeRead(args[0]);
    return super.readRange(...args);
  }

  override async open(...args: Parameters<LocalStorage['open']>): Promise<OpenObjects> {
    const open = await super.open(...args);
    this.opens.push(...args[0].map(({ key }) => key));
    await this.afterOpening(args[0]);
    return open;
  }
}

interface LogLine {
  readonly msg: string;
  readonly key?: string;
  readonly reason?: string;
}

/** A real log, and a way to await what it says. */
function watchedLog() {
  const lines: LogLine[] = [];
  const stream = new PassThrough({ encoding: 'utf8' });
  stream.on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line));
  });
  const logged = async (message: string) => {
    while (!lines.some(({ msg }) => msg === message)) await once(stream, 'data');
  };
  return { log: pino(stream), lines, logged };
}

/** A dataset over a folder; it is stopped when the test ends. The clock ticks a second at each look. */
export function watchDataset(
  directory: string,
  refreshMs = 60_000,
  rollupsOver: (storage: WatchedStorage, log: Logger) => RollupKeeper | undefined = () => undefined,
) {
  const storage = new WatchedStorage(directory);
  const { log, lines, logged } = watchedLog();
  let ticks = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, 0, ++ticks));
  const rollups = rollupsOver(storage, log);
  const dataset = new Dataset({ storage, ...(rollups && { rollups }), refreshMs, log, now });
  onTestFinished(() => dataset.stop());
  const view = async () => {
    await dataset.refresh();
    return dataset.current();
  };
  return { dataset, storage, lines, logged, view };
}

/** Hourly readings of one device as one object. */
export function writeReadings(directory: string, key: string, count = 24, seed = 1): Promise<void> {
  return write(directory, (one) => one(key, readingsSql(count, seed)));
}

export const readingsSql = (count = 24, seed = 1): string =>
  seriesSql({ devices: [1, 1], from: '2026-03-01', everyMinutes: 60, count, seed });

export const write = (directory: string, fill: (one: WriteObject) => Promise<void>): Promise<void> =>
  writeDataset(directory, fill);
