import { onTestFinished } from 'vitest';
import type { ReadingsArgs } from '../../schema/context.ts';
import { loadConfig } from '../../src/config.ts';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import { Scanner } from '../../src/dataset/scanner.ts';
import { Holdings } from '../../src/loaders/holdings.ts';
import { readingRequest } from '../../src/loaders/reading-request.ts';
import { ReadingSource } from '../../src/loaders/reading-source.ts';
import { createLogger } from '../../src/log.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import { watchDataset } from '../dataset/watched-dataset.ts';
import { startEngine } from '../engine/start-engine.ts';

/** Readings of a folder while there are no rollups: as they are when these cannot be brought up to date. */
export async function scanOnly(directory: string) {
  const { engine: config } = loadConfig({ ENGINE_MEMORY_LIMIT: '500MB' });
  const store = await RollupStore.open({ directory: undefined, engine: config, log: createLogger('silent') });
  onTestFinished(() => store.close());
  const engine = await startEngine();
  const { dataset, storage, view } = watchDataset(directory);
  const scanner = new Scanner(new ObjectReader(engine, storage), dataset);
  const source = new ReadingSource({ scanner, store, holdings: new Holdings(store) });
  await view();
  return {
    page: async (deviceId: string, args: ReadingsArgs) => {
      const current = await dataset.current();
      expectNoRollups(current.rollups);
      const [found] = await source.pages(current, [deviceId], readingRequest(deviceId, args), {});
      const [totalCount] = await source.count(current, [deviceId], args, {});
      return {
        totalCount,
        pageInfo: found?.pageInfo,
        edges: found?.edges.map(({ node, cursor }) => ({ cursor, node })),
      };
    },
  };
}

function expectNoRollups(rollups: string | null): void {
  if (rollups !== null) throw new Error('expected a view without rollups');
}
