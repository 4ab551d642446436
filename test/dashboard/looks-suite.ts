import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Visitor } from '../support/visitor.ts';
import { type Stage, visiting } from './stage.ts';

const DIST = path.resolve(import.meta.dirname, '../../dashboard/dist');
const PHONE = { width: 390, height: 844 };

/** Each view, and what there is once all of it is shown. */
const VIEWS: readonly (readonly [path: string, shown: (visitor: Visitor) => Promise<unknown>])[] = [
  ['/', ({ page }) => page.locator('svg.sparkline').nth(20).waitFor()],
  ['/dashboard/devices/pack-003', ({ page }) => page.locator('canvas').nth(3).waitFor()],
  [
    '/dashboard/data',
    ({ page }) => page.locator('table.objects tr', { hasText: 'broken.parquet' }).waitFor(),
  ],
  [
    '/dashboard/queries/daily_summary?run=1&p.device_ids=pack-001',
    ({ page }) => page.locator('canvas').waitFor(),
  ],
];

export function looksSuite(stage: () => Stage): void {
  describe('for everybody', () => {
    test.each(VIEWS)(
      '%s: axe finds nothing, in light, dark and on a phone, which scrolls down only',
      async (address, shown) => {
        await visiting(stage(), address, async (visitor) => {
          const { page } = visitor;
          await shown(visitor);
          expect(await visitor.barriers()).toEqual([]);
          await page.emulateMedia({ colorScheme: 'dark' });
          await page.locator('[data-theme="dark"]').waitFor();
          expect(await visitor.barriers()).toEqual([]);
          await page.setViewportSize(PHONE);
          await shown(visitor);
          expect(await visitor.barriers()).toEqual([]);
          const [needed, there] = await page.evaluate<[number, number]>(
            '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
          );
          expect(needed).toBeLessThanOrEqual(there);
        });
      },
    );

    test('what opens is no barrier either: legend, tables of points, notices', async () => {
      await visiting(
        stage(),
        '/dashboard/devices/pack-003?from=2026-03-28T10:00:00Z&to=2026-03-28T11:00:00Z',
        async (visitor) => {
          const { page } = visitor;
          await page.locator('canvas').nth(3).waitFor();
          await page.getByText('Show as a table').click();
          await page.getByText('What the states mean').click();
          await page.locator('section[aria-label^="Points"] tbody tr').first().waitFor();
          expect(await visitor.barriers()).toEqual([]);
        },
      );
    });

    test('the keyboard alone: past the head, through the table, to a device, and where one is then', async () => {
      await visiting(stage(), '/?find=pack-003', async ({ page }) => {
        await page.locator('table.devices').waitFor();
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Skip to the content');
        await page.keyboard.press('Enter');
        expect(await page.evaluate('document.activeElement.id')).toBe('content');
        for (let presses = 0; presses < 30; presses++) {
          await page.keyboard.press('Tab');
          if ((await page.evaluate('document.activeElement.textContent')) === 'pack-003') break;
        }
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'pack-003' }).waitFor();
        expect(await page.evaluate('document.activeElement.id')).toBe('content');
      });
    });

    test('colours follow the system until one is chosen, which stays', async () => {
      const ground = 'getComputedStyle(document.documentElement).backgroundColor';
      await visiting(
        stage(),
        '/',
        async ({ page }) => {
          await page.locator('table.devices').waitFor();
          const dark = await page.evaluate(ground);
          await page.emulateMedia({ colorScheme: 'light' });
          await expect.poll(() => page.evaluate(ground)).not.toBe(dark);
          const light = await page.evaluate(ground);
          await page.getByRole('button', { name: /^Colours: as the system/ }).click();
          await page.getByRole('button', { name: /^Colours: light/ }).click();
          await expect.poll(() => page.evaluate(ground)).toBe(dark);
          await page.reload();
          await page.locator('table.devices').waitFor();
          expect(await page.evaluate(ground)).toBe(dark);
          expect(light).not.toBe(dark);
          // A browser that keeps nothing shows all the same.
          await page.addInitScript(
            `for (const name of ['localStorage', 'sessionStorage'])
              Object.defineProperty(window, name, { get: () => { throw new DOMException('', 'SecurityError'); } });`,
          );
          await page.reload();
          await page.locator('table.devices').waitFor();
        },
        { colorScheme: 'dark' },
      );
    });
  });

  describe('light', () => {
    test('the first view takes at most 100 kB of script, gzipped, and everything is from here', async () => {
      await visiting(stage(), '/', async ({ page }) => {
        await page.locator('svg.sparkline').nth(20).waitFor();
        const loaded = await page.evaluate<string[]>(
          "performance.getEntriesByType('resource').map(({ name }) => name)",
        );
        expect(loaded.filter((url) => !url.startsWith(stage().url))).toEqual([]);
        const scripts = loaded.filter((url) => url.endsWith('.js')).map((url) => path.basename(url));
        expect(scripts).not.toEqual([]);
        const bytes = scripts.map((script) => statSync(path.join(DIST, 'assets', `${script}.gz`)).size);
        expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(100_000);
        expect(scripts.join()).not.toMatch(/uplot/i);
      });
    });

    test('the licences of what is bundled lie beside it, and no script asks for code to be made', () => {
      const licences = readFileSync(path.join(DIST, 'licences.md'), 'utf8');
      for (const name of ['preact', '@preact/signals', 'uplot']) expect(licences).toContain(name);
      for (const file of readdirSync(path.join(DIST, 'assets')).filter((name) => name.endsWith('.js'))) {
        expect(readFileSync(path.join(DIST, 'assets', file), 'utf8')).not.toMatch(/\beval\(|new Function\(/);
      }
    });
  });
}
