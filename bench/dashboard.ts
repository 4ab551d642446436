import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../src/config/config.ts';
import { createLogger } from '../src/log.ts';
import { serve } from '../src/serve.ts';
import { startBrowser } from '../test/support/visitor.ts';

/**
 * How long the dashboard takes over the sample: from when a new browser context goes there, nothing cached, until the table of
 * devices stands with its trends, and until the charts of a device are drawn. Browser and service share the machine.
 */
const LOADS = 15;
const VIEWS = [
  { name: 'fleet', path: '/', shown: 'svg.sparkline' },
  { name: 'device', path: '/dashboard/devices/pack-003', shown: '.charts canvas' },
];

const state = path.join(tmpdir(), `telemetry-bench-dashboard-${process.pid}`);
const server = await serve(loadConfig({ STATE_DIR: state, PORT: '0' }), createLogger('silent'));
const browser = await startBrowser();
try {
  await fetch(`${server.url}/overview`);
  for (const { name, path: address, shown } of VIEWS) {
    const times: number[] = [];
    for (let load = 0; load < LOADS; load++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.url + address);
      await page.locator(shown).first().waitFor();
      times.push(await page.evaluate<number>('performance.now()'));
      await context.close();
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor(share * (LOADS - 1))] ?? 0);
    console.log(`${name}: median ${at(0.5)} ms, slowest ${at(1)} ms of ${LOADS}`);
  }
} finally {
  await browser.close();
  await server.close('done');
  await rm(state, { recursive: true, force: true });
}
