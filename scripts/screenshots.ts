import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { serveOver, writeFleet } from '../test/support/dashboard-fleet.ts';
import { startBrowser } from '../test/support/visitor.ts';

/** Takes the pictures of the README: of the dashboard over a generated fleet, which is the same every time. */

const OUT = path.resolve(import.meta.dirname, '../docs/images');
/** The page tells how old readings are, so it is always the same time. */
const NOW = new Date('2026-03-30T00:04:00Z');

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly options: BrowserContextOptions;
  ready(page: Page): Promise<unknown>;
}

const LARGE = { viewport: { width: 1200, height: 860 } };
const TALL = { viewport: { width: 1200, height: 1080 } };
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5 };
const fleet = (page: Page) => page.locator('svg.sparkline').nth(9).waitFor();
const device = (page: Page) => page.locator('.charts canvas').nth(2).waitFor();

const PICTURES: readonly Picture[] = [
  { name: 'fleet-light', path: '/', options: { ...LARGE, colorScheme: 'light' }, ready: fleet },
  { name: 'fleet-dark', path: '/', options: { ...LARGE, colorScheme: 'dark' }, ready: fleet },
  {
    name: 'device-light',
    path: '/dashboard/devices/pack-012?range=all&tz=Europe/Berlin',
    options: { ...TALL, colorScheme: 'light' },
    ready: device,
  },
  {
    name: 'device-dark',
    path: '/dashboard/devices/pack-012?range=24h',
    options: { ...TALL, colorScheme: 'dark' },
    ready: device,
  },
  {
    name: 'data-light',
    path: '/dashboard/data',
    options: { ...LARGE, colorScheme: 'light' },
    ready: (page) => page.locator('table.objects tr', { hasText: 'broken.parquet' }).waitFor(),
  },
  {
    name: 'queries-light',
    path: '/dashboard/queries/daily_summary?run=1&p.device_ids=pack-003,pack-012,pack-019',
    options: { ...LARGE, colorScheme: 'light' },
    ready: async (page) => {
      await page.getByLabel('Chart of').selectOption('avg_soc');
      await page.locator('.result-chart canvas').waitFor();
    },
  },
  { name: 'phone-light', path: '/', options: { ...PHONE, colorScheme: 'light' }, ready: fleet },
  {
    name: 'phone-dark',
    path: '/dashboard/devices/pack-003',
    options: { ...PHONE, colorScheme: 'dark' },
    ready: device,
  },
];

const folder = path.join(tmpdir(), `telemetry-screenshots-${process.pid}`);
await writeFleet(folder);
const server = await serveOver(path.join(folder, 'sample'), { STATE_DIR: path.join(folder, 'state') });
const browser = await startBrowser();
try {
  await mkdir(OUT, { recursive: true });
  for (const { name, path: address, options, ready } of PICTURES) {
    const context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    await page.goto(server.url + address);
    await ready(page);
    await page.locator('.snapshot-bar code').waitFor();
    await page.screenshot({ path: path.join(OUT, `${name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  await server.close('done');
  await rm(folder, { recursive: true, force: true });
}
