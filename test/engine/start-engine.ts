import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { EngineConfig } from '../../src/config/config.ts';
import { DuckDbEngine } from '../../src/engine/duckdb.ts';
import type { StatementListener } from '../../src/engine/engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Runs for minutes unless it is stopped. */
export const ENDLESS = 'SELECT count(*) AS n FROM range(1000000000000) AS numbers(i) WHERE i % 7 = 3';

/** A real engine that closes when the test ends. */
export async function startEngine(
  config: Partial<EngineConfig> = {},
  onStatement?: StatementListener,
): Promise<DuckDbEngine> {
  const engine = await DuckDbEngine.create(
    {
      threads: 2,
      memoryBytes: 500e6,
      tempDirectory: path.join(await temporaryFolder(), 'spill'),
      maxConcurrent: 2,
      maxQueued: 100,
      timeoutMs: 20_000,
      ...config,
    },
    onStatement,
  );
  onTestFinished(() => engine.close());
  return engine;
}
