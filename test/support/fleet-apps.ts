import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import type { Overrides } from '../../src/app.ts';
import { Rollups } from '../../src/rollup/rollups.ts';
import { startApp, type TestApp } from './app.ts';
import { type FleetShape, writeRandomFleet } from './random-fleet.ts';
import { type Reading, readReadings } from './reference.ts';

export interface FleetApps {
  readonly readings: readonly Reading[];
  /** Answers from rollups. */
  readonly rolledUp: TestApp;
  /** Answers the same by scans, because its rollups cannot be built. */
  readonly scanning: TestApp;
  close(): Promise<void>;
}

/** Two apps over the same random fleet, which must answer alike. */
export async function startFleetApps(seed: number, shape: FleetShape): Promise<FleetApps> {
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-fleet-'));
  // Each question is really answered, so that statements can be counted.
  const environment = { REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0' };
  await writeRandomFleet(directory, seed, shape);
  const readings = await readReadings(directory);
  const rolledUp = await startApp({ ...environment, DATA_DIR: directory });
  await rolledUp.refresh();
  const scanning = await startScanningApp({ ...environment, DATA_DIR: directory });
  return {
    readings,
    rolledUp,
    scanning,
    close: async () => {
      await rolledUp.close();
      await scanning.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The app where the rollups cannot be brought up to date: every answer is a scan of the objects. */
export async function startScanningApp(
  environment: Readonly<Record<string, string>>,
  overrides: Overrides = {},
): Promise<TestApp> {
  const update = vi.spyOn(Rollups.prototype, 'update').mockRejectedValue(new Error('The disk is full'));
  try {
    const app = await startApp(environment, overrides);
    await app.refresh();
    return app;
  } finally {
    update.mockRestore();
  }
}
