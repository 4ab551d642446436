import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { RunningServer } from '../../src/serve.ts';
import { serveOver, writeFleet } from '../support/dashboard-fleet.ts';
import { effort } from '../support/effort.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { startBrowser } from '../support/visitor.ts';
import { deviceSuite } from './device-suite.ts';
import { fleetSuite } from './fleet-suite.ts';
import { liveSuite } from './live-suite.ts';
import { looksSuite } from './looks-suite.ts';
import { pagesSuite } from './pages-suite.ts';
import { pollingSuite } from './polling-suite.ts';
import { serviceSuite } from './service-suite.ts';

/** One browser and one service for all of it: both take seconds to start. */
let browser: Browser;
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = await scratchFolder();
  await writeFleet(folder);
  server = await serveOver(path.join(folder, 'sample'), { STATE_DIR: path.join(folder, 'state') });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close('test');
  await rm(folder, { recursive: true, force: true });
});

const stage = () => ({ browser, url: server.url });
const sample = () => path.join(folder, 'sample');
fleetSuite(stage);
deviceSuite(stage);
looksSuite(stage);
liveSuite(stage, sample);
if (effort(false, true)) {
  pagesSuite(stage);
  serviceSuite(stage, sample);
  pollingSuite(stage, sample);
}
