import { describe, expect, test } from 'vitest';
import { FLEET } from '../support/dashboard-fleet.ts';
import type { Visitor } from '../support/visitor.ts';
import { answerOf, hasFocus, type Stage, searchOf, visiting } from './stage.ts';

const ids = ({ page }: Visitor) => page.locator('table.devices tbody th').allInnerTexts();

/** Waits until the table shows just these. */
const showsIds = (visitor: Visitor, expected: readonly string[]) =>
  expect.poll(() => ids(visitor), { timeout: 10_000 }).toEqual(expected);

const orderedBy = async (stage: Stage, field: string, direction: string, first = 25) => {
  const { devices } = await answerOf<{ devices: { edges: { node: { deviceId: string } }[] } }>(
    stage,
    `{ devices(first: ${first}, orderBy: { field: ${field}, direction: ${direction} }) { edges { node { deviceId } } } }`,
  );
  return devices.edges.map(({ node }) => node.deviceId);
};

export function fleetSuite(stage: () => Stage): void {
  describe('the fleet', () => {
    test('a page of devices with their trends is two questions, and what they say is shown', async () => {
      const { overview } = await answerOf<{ overview: { totalRows: number } }>(
        stage(),
        '{ overview { totalRows } }',
      );
      await visiting(stage(), '/', async (visitor) => {
        const { page } = visitor;
        await page.locator('svg.sparkline').nth(20).waitFor();
        const asked = visitor.takeQuestions().map(({ operation }) => operation);
        // A page that waits long for its stream asks beside it.
        expect(asked.filter((name) => name !== 'Snapshot').sort()).toEqual([
          'Fleet',
          'FleetTrends',
          'SnapshotChanges',
        ]);
        const devices = page.locator('.totals li', { hasText: 'Devices' }).locator('strong');
        expect(await devices.innerText()).toBe(String(FLEET.devices));
        expect(await page.locator('.totals').innerText()).toContain(
          new Intl.NumberFormat('en').format(overview.totalRows),
        );
        expect(await page.title()).toBe('Fleet · Telemetry');
        await page.getByText('Newest reading').first().waitFor();
      });
    });

    test('what needs attention is told with its reason, and leads to the device', async () => {
      await visiting(stage(), '/', async ({ page }) => {
        const attention = page.locator('section', {
          has: page.getByRole('heading', { name: 'Needs attention' }),
        });
        await attention.getByText('pack-007').waitFor();
        expect(await attention.innerText()).toMatch(
          /Silent[\s\S]*pack-007\s+for \d+ h[\s\S]*Low[\s\S]*pack-019\s+[\d.]+ %/,
        );
        await attention.getByRole('link', { name: 'pack-007' }).click();
        await page.getByRole('heading', { level: 1, name: 'pack-007' }).waitFor();
        await page.locator('.device-states .chips .chip-silent').waitFor();
      });
    });

    test('states are those of the rules', async () => {
      await visiting(stage(), '/?find=pack-019', async (visitor) => {
        const { page } = visitor;
        await page.locator('tr', { hasText: 'pack-019' }).locator('.chip-low').waitFor();
        await page.getByText('What the states mean').click();
        await page.getByText('latest state of charge below 20 %').waitFor();
      });
    });

    test('the order is in the address: a click, a second click, a reload', async () => {
      await visiting(stage(), '/', async (visitor) => {
        const { page } = visitor;
        const head = page.getByRole('columnheader', { name: 'Charge (%)' });
        await head.getByRole('button').click();
        await showsIds(visitor, await orderedBy(stage(), 'LATEST_SOC', 'ASC'));
        expect(searchOf(visitor)).toEqual({ sort: 'soc' });
        expect(await head.getAttribute('aria-sort')).toBe('ascending');
        await head.getByRole('button').click();
        const descending = await orderedBy(stage(), 'LATEST_SOC', 'DESC');
        await showsIds(visitor, descending);
        expect(searchOf(visitor)).toEqual({ sort: 'soc', order: 'desc' });
        await page.reload();
        await showsIds(visitor, descending);
        // The order of before is on the same page, so the keyboard stays where it is.
        await head.getByRole('button').focus();
        await page.goBack();
        await showsIds(visitor, await orderedBy(stage(), 'LATEST_SOC', 'ASC'));
        expect(await hasFocus(head.getByRole('button'))).toBe(true);
      });
    });

    test('search and state are in the address, and the count is told', async () => {
      await visiting(stage(), '/', async (visitor) => {
        const { page } = visitor;
        await page.getByRole('searchbox', { name: 'Find devices' }).fill('-01');
        const found = Array.from({ length: 10 }, (_, index) => `pack-01${index}`);
        await showsIds(visitor, found);
        expect(searchOf(visitor)).toEqual({ find: '-01' });
        await page.getByText('10 devices match').waitFor();
        await page.getByRole('radio', { name: 'Low' }).check({ force: true });
        await showsIds(visitor, ['pack-019']);
        expect(searchOf(visitor)).toEqual({ find: '-01', state: 'low' });
        await page.getByRole('searchbox', { name: 'Find devices' }).fill('nobody');
        await page.getByText('No device matches').waitFor();
        expect(await visitor.barriers()).toEqual([]);
        await page.getByRole('button', { name: 'Show all' }).first().click();
        await showsIds(visitor, await orderedBy(stage(), 'DEVICE_ID', 'ASC'));
        expect(searchOf(visitor)).toEqual({});
      });
    });

    test('pages are in the address: forwards, a link to the second one, backwards', async () => {
      const all = await orderedBy(stage(), 'DEVICE_ID', 'ASC', FLEET.devices);
      let second = '';
      await visiting(stage(), '/?size=10', async (visitor) => {
        const { page } = visitor;
        await showsIds(visitor, all.slice(0, 10));
        expect(await page.getByRole('button', { name: 'Previous' }).getAttribute('aria-disabled')).toBe(
          'true',
        );
        await page.getByRole('button', { name: 'Next' }).click();
        await showsIds(visitor, all.slice(10, 20));
        second = new URL(page.url()).search;
        expect(searchOf(visitor)).toMatchObject({ size: '10', after: expect.stringMatching(/./) });
      });
      await visiting(stage(), `/${second}`, async (visitor) => {
        const { page } = visitor;
        await showsIds(visitor, all.slice(10, 20));
        await page.getByRole('button', { name: 'Next' }).click();
        await showsIds(visitor, all.slice(20, 30));
        const next = page.getByRole('button', { name: 'Next' });
        expect(await next.getAttribute('aria-disabled')).toBe('true');
        // At the last page the keyboard is where it was.
        expect(await hasFocus(next)).toBe(true);
        await page.getByRole('button', { name: 'Previous' }).click();
        await showsIds(visitor, all.slice(10, 20));
        await page.getByRole('button', { name: 'First' }).click();
        await showsIds(visitor, all.slice(0, 10));
      });
    });

    test('charge of other devices is not told for that of these, and a failure is told', async () => {
      await visiting(stage(), '/?size=10', async (visitor) => {
        const { page } = visitor;
        await page.locator('svg.sparkline').nth(9).waitFor();
        let fail = () => {};
        const held = new Promise<void>((resolve) => {
          fail = resolve;
        });
        await page.route('**/graphql', async (route) => {
          if (!String(route.request().postData()).includes('query FleetTrends')) return route.continue();
          await held;
          return route.fulfill({
            json: { errors: [{ message: 'provoked', extensions: { code: 'STATEMENT_TIMEOUT' } }] },
          });
        });
        await page.getByRole('button', { name: 'Next' }).click();
        await page.locator('tr', { hasText: 'pack-015' }).waitFor();
        const cells = page.locator('td.spark');
        expect(await cells.allInnerTexts()).toEqual(Array.from({ length: 10 }, () => ''));
        expect(await page.locator('.skeleton-spark').count()).toBe(10);
        fail();
        await page.getByRole('alert').filter({ hasText: 'The answer took too long' }).waitFor();
        expect(await cells.allInnerTexts()).toEqual(Array.from({ length: 10 }, () => '–'));
        expect(await visitor.barriers()).toEqual([]);
        await page.unroute('**/graphql');
        await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
        await page.locator('svg.sparkline').nth(9).waitFor();
      });
    });

    test('a link to a page that is not there any more says how to go on', async () => {
      await visiting(
        stage(),
        '/?after=nonsense',
        async (visitor) => {
          await visitor.page.getByRole('button', { name: 'First page' }).click();
          await showsIds(visitor, await orderedBy(stage(), 'DEVICE_ID', 'ASC'));
        },
        { provoked: /400/ },
      );
    });

    test('going back asks nothing that is known already', async () => {
      await visiting(stage(), '/', async (visitor) => {
        const { page } = visitor;
        await page.locator('svg.sparkline').nth(20).waitFor();
        // The watch has told the snapshot, so answers are of it.
        await page.locator('.snapshot-bar code').waitFor();
        await page.getByRole('link', { name: 'Data' }).click();
        await page.getByRole('heading', { level: 1, name: 'Data' }).waitFor();
        visitor.takeQuestions();
        await page.goBack();
        await page.locator('svg.sparkline').nth(20).waitFor();
        const asked = visitor.takeQuestions().map(({ operation }) => operation);
        expect(asked.filter((name) => name.startsWith('Fleet'))).toEqual([]);
        // Another process answers, which is a snapshot behind at first.
        let answers = 0;
        await page.route('**/graphql', async (route) => {
          if (!String(route.request().postData()).includes('query Fleet(')) return route.continue();
          const response = await route.fetch();
          const json = await response.json();
          if (answers++ === 0) json.extensions.dataset.version = '0'.repeat(32);
          return route.fulfill({ response, json });
        });
        await page.getByRole('columnheader', { name: 'Charge (%)' }).getByRole('button').click();
        await expect.poll(() => answers, { timeout: 10_000 }).toBe(2);
        await page.unrouteAll({ behavior: 'wait' });
      });
    });
  });
}
