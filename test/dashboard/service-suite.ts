import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveOver } from '../support/dashboard-fleet.ts';
import { keyFile } from '../support/key-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ownService, type Stage, searchOf, visiting } from './stage.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What the page makes of services in other states. @param fleet the folder of the fleet's objects */
export function serviceSuite(stage: () => Stage, fleet: () => string): void {
  const withService = ownService(stage, fleet);

  describe('without data', () => {
    test('each page says what to do', async () => {
      await withService(
        {},
        async (own) => {
          await visiting(
            own,
            '/',
            async (visitor) => {
              const { page } = visitor;
              await page
                .getByText(/There are no readings yet|No device has left a reading yet/)
                .first()
                .waitFor();
              await page.getByRole('link', { name: 'Data' }).click();
              await page.getByText('There is no Parquet object yet').waitFor();
              expect(await visitor.barriers()).toEqual([]);
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

  describe('without a place that holds any', () => {
    test('the queries are there, as they are no data', async () => {
      const missing = path.join(await temporaryFolder(), 'missing');
      const act = (own: Stage) =>
        visiting(
          own,
          '/dashboard/queries/hourly_avg',
          async ({ page }) => {
            await page.getByRole('heading', { name: 'hourly_avg' }).waitFor();
            await page.getByRole('button', { name: 'Run' }).waitFor();
          },
          { provoked: /503/ },
        );
      await withService({}, act, missing);
    });
  });

  describe('objects none of which can be read', () => {
    test('are listed page by page: forwards, a link to the second one, backwards', async () => {
      const data = await temporaryFolder();
      const keys = Array.from({ length: 12 }, (_, index) => `broken-${10 + index}.parquet`);
      for (const key of keys) await writeFile(path.join(data, key), 'no Parquet');
      await withService(
        {},
        async (own) => {
          await visiting(
            own,
            '/dashboard/data?sort=key&size=10',
            async (visitor) => {
              const { page } = visitor;
              const showsKeys = (expected: readonly string[]) =>
                expect
                  .poll(() => page.locator('table.objects tbody th').allInnerTexts(), { timeout: 10_000 })
                  .toEqual(expected);
              await showsKeys(keys.slice(0, 10));
              await page.getByRole('button', { name: 'Next' }).click();
              await showsKeys(keys.slice(10));
              expect(searchOf(visitor)).toEqual({
                sort: 'key',
                size: '10',
                after: expect.stringMatching(/./),
              });
              await page.reload();
              await showsKeys(keys.slice(10));
              await page.getByRole('button', { name: 'Previous' }).click();
              await showsKeys(keys.slice(0, 10));
            },
            { provoked: /503/ },
          );
        },
        data,
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
          async (visitor) => {
            const { page } = visitor;
            await page.locator('table.devices').waitFor();
            await first.close('test');
            await page.getByRole('columnheader', { name: 'Charge (%)' }).getByRole('button').click();
            const alert = page.getByRole('alert');
            await alert.waitFor();
            expect(await alert.innerText()).toMatch(/The service does not answer[\s\S]*UNREACHABLE/);
            // What was known stays to be read, and is seen to be old, also while nothing is asked.
            await page.locator('.content.is-older[aria-busy="false"] table.devices').waitFor();
            expect(await visitor.barriers()).toEqual([]);
            second = await serveOver(fleet(), { STATE_DIR: state, PORT: new URL(first.url).port });
            await alert.waitFor({ state: 'detached', timeout: 15_000 });
            await page.locator('th[aria-sort]', { hasText: 'Charge' }).waitFor();
          },
          // A service that stops takes no subscriptions, and says so.
          { provoked: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|503/ },
        );
      } finally {
        await second?.close('test');
      }
    });
  });

  describe('who has to say who they are', () => {
    test('is asked for a key, which this tab alone keeps, and every question carries', async () => {
      const { file, reader } = await keyFile();
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

    test('a key without the permission is told so, and one of some devices what it is told of', async () => {
      const { file, importer, ofOne } = await keyFile();
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
            await page.getByRole('link', { name: 'Data' }).click();
            await page.locator('[role="alert"]:has-text("FORBIDDEN") + [role="alert"]').waitFor();
            expect(await page.getByText('Loading the snapshot').count()).toBe(0);
            await page.locator('.snapshot-bar').getByText('This key may not ask that').waitFor();
            await page.getByRole('button', { name: 'Use another key' }).first().click();
            // One that may see one device is not told of a bucket that is whole.
            await page.getByLabel('API key or JSON Web Token').fill(ofOne);
            await page.getByRole('button', { name: 'Show the dashboard' }).click();
            await page.getByText('What is being taken in is told to those alone who may see all').waitFor();
            await page.getByText('None whose key names a device that you may see.').waitFor();
            await page.getByText('Those are listed whose key names a device that you may see').waitFor();
            const text = await page.locator('main').innerText();
            expect(text).toContain('with readings of your devices');
            expect(text).not.toMatch(/every object can be read|Nothing is being taken in|S3_BUCKET/i);
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
          await page.locator('table.objects tr', { hasText: 'broken.parquet' }).waitFor();
          await page.locator('.snapshot-bar').getByText('Live', { exact: true }).waitFor();
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
}
