import { cp, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveOver } from '../support/dashboard-fleet.ts';
import { keysOf } from '../support/dashboard-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Stage, visiting } from './stage.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const REFRESH_TOKEN = 'a-token-for-tests-only';

/** What the page makes of services in other states. @param fleet the folder of the fleet's objects */
export function serviceSuite(stage: () => Stage, fleet: () => string): void {
  const withService = async (
    environment: Readonly<Record<string, string>>,
    act: (own: Stage, stop: () => Promise<void>) => Promise<void>,
    data = fleet(),
  ) => {
    const state = await temporaryFolder();
    const server = await serveOver(data, { STATE_DIR: state, ...environment });
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await server.close('test');
      isStopped = true;
    };
    try {
      await act({ browser: stage().browser, url: server.url }, stop);
    } finally {
      await stop();
    }
  };

  describe('without data', () => {
    test('each page says what to do', async () => {
      await withService(
        {},
        async (own) => {
          await visiting(
            own,
            '/',
            async ({ page }) => {
              await page
                .getByText(/There are no readings yet|No device has left a reading yet/)
                .first()
                .waitFor();
              await page.getByRole('link', { name: 'Data' }).click();
              await page.getByText('There is no Parquet object yet').waitFor();
              await page.getByRole('link', { name: 'Queries' }).click();
              await page.getByText('Choose a query').waitFor();
            },
            { provoked: /503/ },
          );
        },
        await temporaryFolder(),
      );
    });
  });

  describe('a service that is away', () => {
    test('is told, with what to do, and the page goes on by itself when it is back', async () => {
      const state = await temporaryFolder();
      const first = await serveOver(fleet(), { STATE_DIR: state });
      const own = { browser: stage().browser, url: first.url };
      let second: Awaited<ReturnType<typeof serveOver>> | undefined;
      try {
        await visiting(
          own,
          '/',
          async ({ page }) => {
            await page.locator('table.devices').waitFor();
            await first.close('test');
            await page.getByRole('columnheader', { name: 'Charge (%)' }).getByRole('button').click();
            const alert = page.getByRole('alert');
            await alert.waitFor();
            expect(await alert.innerText()).toMatch(/The service does not answer[\s\S]*UNREACHABLE/);
            // What was known stays to be read.
            expect(await page.locator('table.devices').isVisible()).toBe(true);
            second = await serveOver(fleet(), { STATE_DIR: state, PORT: new URL(first.url).port });
            await alert.waitFor({ state: 'detached', timeout: 15_000 });
            await page.locator('th[aria-sort]', { hasText: 'Charge' }).waitFor();
          },
          { provoked: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/ },
        );
      } finally {
        await second?.close('test');
      }
    });
  });

  describe('who has to say who they are', () => {
    test('is asked for a key, which this tab alone keeps, and every question carries', async () => {
      const { file, reader } = await keysOf();
      await withService({ API_KEYS_FILE: file }, async (own) => {
        await visiting(
          own,
          '/',
          async (visitor) => {
            const { page } = visitor;
            const key = page.getByLabel('API key or JSON Web Token');
            await key.waitFor();
            expect(visitor.takeQuestions()).toEqual([]);
            expect(await visitor.barriers()).toEqual([]);
            await key.fill('tlm_wrong');
            await page.getByRole('button', { name: 'Show the dashboard' }).click();
            await page.getByRole('alert').filter({ hasText: 'expected' }).waitFor();
            visitor.takeQuestions();
            await key.fill(reader);
            await page.getByRole('button', { name: 'Show the dashboard' }).click();
            await page.locator('svg.sparkline').nth(20).waitFor();
            const asked = visitor.takeQuestions();
            expect(asked.length).toBeGreaterThanOrEqual(3);
            for (const { headers } of asked) expect(headers['authorization']).toBe(`Bearer ${reader}`);
            expect(page.url()).not.toContain(reader);
            expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain(
              reader,
            );
            await page.reload();
            await page.locator('table.devices').waitFor();
            await page.goto(
              `${own.url}/dashboard/devices/pack-003?from=2026-03-28T10:00:00Z&to=2026-03-28T11:00:00Z`,
            );
            const downloading = page.waitForEvent('download');
            await page.getByRole('button', { name: 'CSV' }).click();
            expect((await downloading).suggestedFilename()).toBe('pack-003.csv');
            await page.getByRole('button', { name: 'Forget key' }).click();
            await key.waitFor();
            expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(reader);
          },
          { provoked: /401/ },
        );
      });
    });

    test('a key without the permission is told so', async () => {
      const { file, importer } = await keysOf();
      await withService({ API_KEYS_FILE: file }, async (own) => {
        await visiting(
          own,
          '/',
          async ({ page }) => {
            await page.getByLabel('API key or JSON Web Token').fill(importer);
            await page.getByRole('button', { name: 'Show the dashboard' }).click();
            const alert = page.getByRole('alert');
            await alert.filter({ hasText: 'This key may not ask that' }).waitFor();
            expect(await alert.innerText()).toContain('FORBIDDEN');
            await page.getByRole('button', { name: 'Use another key' }).click();
            await page.getByLabel('API key or JSON Web Token').waitFor();
          },
          { provoked: /403/ },
        );
      });
    });
  });

  describe('in production, by persisted documents only', () => {
    test('every page works, and no text of a document is sent', async () => {
      const manifest = path.join(ROOT, 'dashboard/generated/persisted-documents.json');
      const settings = { NODE_ENV: 'production', PERSISTED_DOCUMENTS: manifest, PERSISTED_ONLY: 'true' };
      await withService(settings, async (own) => {
        await visiting(own, '/', async (visitor) => {
          const { page } = visitor;
          await page.locator('svg.sparkline').nth(20).waitFor();
          await page.goto(`${own.url}/dashboard/devices/pack-003`);
          await page.locator('canvas').nth(3).waitFor();
          await page.goto(`${own.url}/dashboard/data`);
          await page.getByText('broken.parquet').waitFor();
          const asked = visitor.takeQuestions();
          expect(asked.length).toBeGreaterThan(6);
          for (const { body } of asked) {
            expect(body).not.toHaveProperty('query');
            expect(body['documentId']).toMatch(/^sha256:[0-9a-f]{64}$/);
          }
          expect(await page.getByRole('link', { name: 'GraphiQL' }).count()).toBe(0);
        });
      });
    });
  });

  describe('a snapshot that changes', () => {
    test('is seen without a reload, and asked once more', async () => {
      const data = await temporaryFolder();
      const [day = '', next = ''] = ['date=2026-03-27', 'date=2026-03-28'];
      await mkdir(data, { recursive: true });
      await cp(path.join(fleet(), day), path.join(data, day), { recursive: true });
      await withService(
        { REFRESH_TOKEN, REFRESH_SECONDS: '3600' },
        async (own) => {
          await visiting(own, '/', async (visitor) => {
            const { page } = visitor;
            await page.locator('svg.sparkline').nth(20).waitFor();
            const before = await page.locator('.snapshot-bar code').innerText();
            visitor.takeQuestions();
            await cp(path.join(fleet(), next), path.join(data, `${next}.aside`), { recursive: true });
            await rename(path.join(data, `${next}.aside`), path.join(data, next));
            const headers = { authorization: `Bearer ${REFRESH_TOKEN}` };
            await fetch(`${own.url}/refresh`, { method: 'POST', headers });
            // Whoever comes back to the page has it look at once.
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            await page.getByText('28 Mar 2026, 23:59').first().waitFor();
            expect(await page.locator('.snapshot-bar code').innerText()).not.toBe(before);
            await expect.poll(() => page.locator('.content[aria-busy="true"]').count()).toBe(0);
            const asked = visitor.takeQuestions().map(({ operation }) => operation);
            expect(asked.filter((name) => name === 'Fleet')).toHaveLength(1);
          });
        },
        data,
      );
    });
  });
}
