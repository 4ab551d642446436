import { describe, expect, test } from 'vitest';
import { BROKEN_KEY } from '../support/dashboard-fleet.ts';
import { answerOf, type Stage, searchOf, visiting } from './stage.ts';

export function pagesSuite(stage: () => Stage): void {
  describe('the data', () => {
    test('objects, those that cannot be read with their reasons, coverage, and the snapshot', async () => {
      const { dataset } = await answerOf<{
        dataset: { version: string; objectCount: number; quarantined: { key: string; reason: string }[] };
      }>(stage(), '{ dataset { version objectCount quarantined { key reason } } }');
      expect(dataset.quarantined).toHaveLength(1);
      await visiting(stage(), '/dashboard/data', async ({ page }) => {
        await page.getByText(dataset.version).waitFor();
        const row = page.locator('tr', { hasText: BROKEN_KEY });
        expect(await row.innerText()).toContain(dataset.quarantined[0]?.reason);
        expect(await page.locator('.totals').innerText()).toMatch(
          new RegExp(`Objects\\s+${dataset.objectCount}[\\s\\S]*Quarantined\\s+1\\b`),
        );
        expect(await page.getByRole('progressbar', { name: 'Coverage' }).getAttribute('value')).toBe('1');
        await page.getByText('Nothing is being taken in.').waitFor();
      });
    });
  });

  describe('the queries', () => {
    test('a form made of the parameters, its rows as a table and a chart, and a link to them', async () => {
      const response = await fetch(
        `${stage().url}/queries/daily_summary?device_ids=pack-001&device_ids=pack-002`,
      );
      const { rows } = (await response.json()) as { rows: object[] };
      let link = '';
      await visiting(stage(), '/dashboard/queries', async (visitor) => {
        const { page } = visitor;
        await page.getByRole('link', { name: /^daily_summary/ }).click();
        await page.getByLabel('device_ids').fill('pack-001, pack-002');
        expect(await page.getByLabel('from').getAttribute('type')).toBe('date');
        expect(
          await page.getByLabel('time_zone').evaluate((field: { tagName: string }) => field.tagName),
        ).toBe('SELECT');
        await page.getByRole('button', { name: 'Run' }).click();
        await page.getByText(`${rows.length} rows.`).waitFor();
        expect(await page.locator('section[aria-label^="Rows"] tbody tr').count()).toBe(rows.length);
        await page.getByRole('img', { name: /^reading_count over date, 2 lines/ }).waitFor();
        await page.getByLabel('Chart of').selectOption('avg_soc');
        await page.locator('.result-chart').getByLabel('device_id').selectOption('pack-002');
        await page.getByRole('img', { name: /^avg_soc over date, 1 lines/ }).waitFor();
        link = page.url().replace(stage().url, '');
        expect(searchOf(visitor)).toEqual({ run: '1', 'p.device_ids': 'pack-001, pack-002' });
      });
      await visiting(stage(), link, async ({ page }) => {
        await page.getByText(`${rows.length} rows.`).waitFor();
        expect(await page.getByLabel('device_ids').inputValue()).toBe('pack-001, pack-002');
        const downloading = page.waitForEvent('download');
        await page.getByRole('link', { name: 'CSV' }).click();
        expect((await downloading).suggestedFilename()).toEqual(
          expect.stringMatching(/^daily_summary.*\.csv$/),
        );
      });
    });

    test('a value that is not understood is told with what was expected', async () => {
      await visiting(
        stage(),
        '/dashboard/queries/daily_summary?p.time_zone=Mars&run=1',
        async ({ page }) => {
          const alert = page.getByRole('alert');
          await alert.waitFor();
          expect(await alert.innerText()).toMatch(
            /A value is not understood[\s\S]*BAD_USER_INPUT[\s\S]*Mars/,
          );
        },
        { provoked: /400/ },
      );
    });

    test('long results are paged, and no row is left out unseen', async () => {
      await visiting(stage(), '/dashboard/queries/hourly_avg?run=1', async ({ page }) => {
        await page.getByText(/^Rows 1 to 100 of [\d,]+$/).waitFor();
        await page
          .getByRole('navigation', { name: 'Pages of the rows' })
          .getByRole('button', { name: 'Next' })
          .click();
        await page.getByText(/^Rows 101 to 200 of /).waitFor();
        await page.getByText(/22 of 30 are left out, the table has them/).waitFor();
      });
    });
  });

  describe('everywhere', () => {
    test('an address that there is not says where to go', async () => {
      await visiting(stage(), '/dashboard/nowhere', async ({ page }) => {
        await page.getByText('There is no such page').waitFor();
        await page.getByRole('main').getByRole('link', { name: 'fleet' }).click();
        await page.locator('table.devices').waitFor();
      });
    });

    test('what else the service offers is a link away', async () => {
      await visiting(stage(), '/', async ({ page }) => {
        await page.locator('table.devices').waitFor();
        const links = await page
          .locator('footer a')
          .evaluateAll((found) => found.map((link) => link.getAttribute('href')));
        expect(links).toEqual(['/graphql', '/docs', '/openapi.json', '/health', '/ready']);
      });
    });

    test.each([
      ['GraphiQL', '/graphql', '.graphiql-container .view-line, .graphiql-container .CodeMirror-line'],
      ['the REST documentation', '/docs', 'text=Telemetry Analytics API'],
    ])('%s runs under its own policy', async (_name, path, shown) => {
      await visiting(stage(), path, async ({ page }) => {
        await page.locator(shown).first().waitFor();
      });
    });
  });
}
