import { describe, expect, test } from 'vitest';
import { BROKEN_KEY } from '../support/dashboard-fleet.ts';
import { idle } from './new-days.ts';
import { answerOf, hasFocus, type Stage, searchOf, visiting } from './stage.ts';

export function pagesSuite(stage: () => Stage): void {
  describe('the data', () => {
    test('objects, those that cannot be read with their reasons, coverage, and the snapshot', async () => {
      const { dataset } = await answerOf<{
        dataset: { version: string; objectCount: number; quarantined: { key: string; reason: string }[] };
      }>(stage(), '{ dataset { version objectCount quarantined { key reason } } }');
      expect(dataset.quarantined).toHaveLength(1);
      await visiting(stage(), '/dashboard/data', async ({ page }) => {
        await page.getByText(dataset.version).waitFor();
        const row = page
          .getByRole('region', { name: 'Quarantined objects, scrolls sideways' })
          .locator('tr', { hasText: BROKEN_KEY });
        expect(await row.innerText()).toContain(dataset.quarantined[0]?.reason);
        expect(await page.locator('.totals').innerText()).toMatch(
          new RegExp(`Objects\\s+${dataset.objectCount}[\\s\\S]*Quarantined\\s+1\\b`),
        );
        expect(await page.getByRole('progressbar', { name: 'Coverage' }).getAttribute('value')).toBe('1');
        await page.getByText('Nothing is being taken in.').waitFor();
      });
    });
  });

  describe('the list of objects', () => {
    test('search, status and order are in the address; Show all leaves the keyboard in the search box', async () => {
      const { dataset } = await answerOf<{ dataset: { objects: { edges: { node: { key: string } }[] } } }>(
        stage(),
        '{ dataset { objects(orderBy: { field: SIZE, direction: ASC }) { edges { node { key } } } } }',
      );
      const bySize = dataset.objects.edges.map(({ node }) => node.key);
      const [day = ''] = bySize.filter((key) => key !== BROKEN_KEY);
      await visiting(stage(), '/dashboard/data', async (visitor) => {
        const { page } = visitor;
        const showsKeys = (expected: readonly string[]) =>
          expect
            .poll(() => page.locator('table.objects tbody th').allInnerTexts(), { timeout: 10_000 })
            .toEqual(expected);
        await page
          .getByRole('region', { name: 'Objects, scrolls sideways' })
          .getByRole('button', { name: 'Size' })
          .click();
        await showsKeys(bySize);
        expect(searchOf(visitor)).toEqual({ sort: 'size' });
        const row = page.locator('table.objects tr', { hasText: day });
        expect(await row.innerText()).toMatch(/Read\s[\s\S]*\s30\s/);
        const search = page.getByRole('searchbox', { name: 'Find objects' });
        // A space before the next word stays, though it is not looked for.
        await search.pressSequentially(`${day} `);
        await showsKeys([day]);
        expect(await search.inputValue()).toBe(`${day} `);
        expect(searchOf(visitor)).toEqual({ sort: 'size', find: day });
        await page.getByRole('radio', { name: 'Quarantined' }).check({ force: true });
        await page.getByText('No object matches').waitFor();
        await search.fill('broken');
        await showsKeys([BROKEN_KEY]);
        const link = page.url();
        await search.fill('');
        await expect.poll(() => searchOf(visitor)).toEqual({ sort: 'size', status: 'quarantined' });
        // At once, before the pause after typing is over.
        await search.fill('nothing');
        await page.getByRole('button', { name: 'Show all' }).first().click();
        await showsKeys(bySize);
        expect(await hasFocus(search)).toBe(true);
        expect(await search.inputValue()).toBe('');
        await new Promise((resolve) => setTimeout(resolve, 400));
        expect(searchOf(visitor)).toEqual({ sort: 'size' });
        await page.goto(link);
        await showsKeys([BROKEN_KEY]);
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
        expect(searchOf(visitor)).toEqual({
          run: '1',
          'p.device_ids': 'pack-001, pack-002',
          figure: 'avg_soc',
          group: 'pack-002',
        });
      });
      await visiting(stage(), link, async (visitor) => {
        const { page } = visitor;
        await page.getByText(`${rows.length} rows.`).waitFor();
        expect(await page.getByLabel('device_ids').inputValue()).toBe('pack-001, pack-002');
        await page.getByRole('img', { name: /^avg_soc over date, 1 lines/ }).waitFor();
        // It is run once, though the page hears of the snapshot only after it was opened.
        visitor.takeQuestions();
        await page.reload();
        await page.getByText(`${rows.length} rows.`).waitFor();
        await page.locator('.snapshot-bar code').waitFor();
        await idle(visitor);
        const asked = visitor.takeQuestions().map(({ operation }) => operation);
        expect(asked.filter((operation) => !operation.startsWith('Snapshot'))).toEqual([
          'NamedQueries',
          'NamedQueryTable',
        ]);
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
          // It is not held against the values of another try, which has no answer yet.
          await page.route('**/graphql', () => {});
          await page.getByLabel('time_zone').selectOption('Europe/Berlin');
          await page.getByRole('button', { name: 'Run' }).click();
          await page.getByRole('button', { name: 'Running …' }).waitFor();
          await expect.poll(() => alert.count()).toBe(0);
          await page.unrouteAll({ behavior: 'ignoreErrors' });
        },
        { provoked: /400/ },
      );
    });

    test('long results are paged, and no row is left out unseen', async () => {
      await visiting(stage(), '/dashboard/queries/hourly_avg?run=1', async (visitor) => {
        const { page } = visitor;
        await page.getByText(/^Rows 1 to 100 of [\d,]+$/).waitFor();
        await page
          .getByRole('navigation', { name: 'Pages of the rows' })
          .getByRole('button', { name: 'Next' })
          .click();
        await page.getByText(/^Rows 101 to 200 of /).waitFor();
        await page.getByText(/22 of 30 are left out, the table has them/).waitFor();
        expect(searchOf(visitor)).toEqual({ run: '1', page: '2' });
        await page.getByText(/^over \w+, in UTC/).waitFor();
        expect(await page.getByRole('columnheader', { name: /\(UTC\)$/ }).count()).toBe(1);
        // The last page, and the keyboard is where it was.
        await page.goto(`${stage().url}/dashboard/queries/hourly_avg?run=1&page=1000`);
        const previous = page.getByRole('button', { name: 'Previous' });
        const next = page.getByRole('button', { name: 'Next' });
        await previous.click();
        await next.press('Enter');
        await expect.poll(() => next.getAttribute('aria-disabled')).toBe('true');
        expect(await hasFocus(next)).toBe(true);
      });
    });
  });

  describe('a script that comes late or never', () => {
    test('is waited for under its own title, and does not come over the page of now', async () => {
      await visiting(stage(), '/dashboard/data', async ({ page }) => {
        const headings = page.getByRole('heading', { level: 1 });
        await headings.filter({ hasText: 'Data' }).waitFor();
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        await page.route('**/queries-view-*.js', async (route) => {
          await held;
          await route.continue();
        });
        await page.getByRole('link', { name: 'Queries' }).click();
        await page.getByText('Loading the queries …').waitFor({ state: 'attached' });
        expect(await headings.count()).toBe(0);
        await page.goBack();
        await headings.filter({ hasText: 'Data' }).waitFor();
        const came = page.waitForResponse('**/queries-view-*.js');
        release();
        await (await came).finished();
        await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
        expect(await headings.allInnerTexts()).toEqual(['Data']);
        expect(await page.title()).toBe('Data · Telemetry');
      });
    });

    test('that of the charts is told to be missing', async () => {
      await visiting(
        stage(),
        '/',
        async (visitor) => {
          const { page } = visitor;
          await page.route('**/uPlot*.js', (route) => route.abort());
          await page.goto(`${stage().url}/dashboard/queries/daily_summary?run=1&p.device_ids=pack-001`);
          const alert = page.getByRole('alert');
          await alert.filter({ hasText: 'This part of the dashboard could not be fetched' }).waitFor();
          // What an error looks like is no barrier.
          expect(await visitor.barriers()).toEqual([]);
          await page.unroute('**/uPlot*.js');
          await alert.getByRole('button', { name: 'Try again' }).click();
          await page.locator('canvas').waitFor();
        },
        { provoked: /ERR_FAILED/ },
      );
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

    test('a question whose types were not generated would be noticed', async () => {
      const asking = visiting(stage(), '/', async ({ page }) => {
        await page.locator('table.devices').waitFor();
        await page.evaluate("fetch('/openapi.json').then((answer) => answer.text())");
      });
      await expect(asking).rejects.toThrow(/types were generated for.+GET/s);
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
