import { expect } from 'vitest';
import type { TestApp } from './app.ts';
import type { Mode } from './places.ts';

/** Where httpfs cannot be loaded, the service reads through a cache instead: what says direct must not pass so. */
export async function expectReadMode(app: TestApp, mode: Mode): Promise<void> {
  expect(await app.ask('{ dataset { readMode } }')).toEqual({ dataset: { readMode: mode.toUpperCase() } });
}
