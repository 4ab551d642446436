import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveOver } from '../support/dashboard-fleet.ts';
import { keysOf } from '../support/dashboard-keys.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { readEvents } from '../support/event-stream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Visitor } from '../support/visitor.ts';
import { ownService, type Stage, visiting } from './stage.ts';

const REFRESH_TOKEN = 'a-token-for-tests-only';
/** Nothing is listed but when a test says so. */
const BY_HAND = { REFRESH_TOKEN, REFRESH_SECONDS: '86400' };
const [FIRST_DAY, SECOND_DAY] = ['date=2026-03-27', 'date=2026-03-28'];
const IN_SECOND_DAY = '28 Mar 2026, 23:59';
const GONE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED/;

const way = ({ page }: Visitor, text: string) =>
  page.locator('.snapshot-bar').getByText(text, { exact: true });
const asked = (visitor: Visitor) => visitor.takeQuestions().map(({ operation }) => operation);
const idle = ({ page }: Visitor) =>
  expect.poll(() => page.locator('.content[aria-busy="true"]').count()).toBe(0);

const refresh = async (url: string, token = REFRESH_TOKEN) => {
  const headers = { authorization: `Bearer ${token}` };
  const { status } = await fetch(`${url}/refresh`, { method: 'POST', headers });
  expect(status).toBe(200);
};

/** One more reading of a device, within the time of the others. */
const addReading = (data: string, device: string, key: string) =>
  writeDataset(data, (write) =>
    write(
      key,
      `SELECT * FROM (VALUES ('${device}', TIMESTAMP '2026-03-27T10:00:30', 50::DOUBLE, 20::DOUBLE, 55::DOUBLE)) readings(device_id, "timestamp", voltage, temperature, soc)`,
    ),
  );

/** What the page makes of snapshots that come. @param fleet the folder of the fleet's objects */
export function liveSuite(stage: () => Stage, fleet: () => string): void {
  const withService = ownService(stage, fleet);
  const firstDay = async () => {
    const data = await temporaryFolder();
    await cp(path.join(fleet(), FIRST_DAY), path.join(data, FIRST_DAY), { recursive: true });
    return data;
  };
  const addSecondDay = async (data: string) => {
    const aside = path.join(await temporaryFolder(), SECOND_DAY);
    await cp(path.join(fleet(), SECOND_DAY), aside, { recursive: true });
    await rename(aside, path.join(data, SECOND_DAY));
  };

  describe('new data', () => {
    test('shows without a reload, is asked for once, and nothing is asked in between', async () => {
      const data = await firstDay();
      await withService(
        BY_HAND,
        async (own) => {
          await visiting(own, '/', async (visitor) => {
            const { page } = visitor;
            await page.clock.install();
            await page.reload();
            await page.locator('svg.sparkline').nth(20).waitFor();
            await way(visitor, 'Live').waitFor();
            const before = await page.locator('.snapshot-bar code').innerText();
            visitor.takeQuestions();
            // Longer than a page that cannot listen waits.
            await page.clock.fastForward(20_000);
            await addSecondDay(data);
            await refresh(own.url);
            await page.getByText(IN_SECOND_DAY).first().waitFor();
            await idle(visitor);
            expect(await page.locator('.snapshot-bar code').innerText()).not.toBe(before);
            const operations = asked(visitor);
            expect(operations.filter((name) => name === 'Fleet')).toHaveLength(1);
            // Of the hours of before too, until the fleet tells that there are newer ones.
            expect([...new Set(operations)].sort()).toEqual(['Fleet', 'FleetTrends']);
            await way(visitor, 'Live').waitFor();
            expect(await visitor.barriers()).toEqual([]);
          });
        },
        data,
      );
    });

    test('of other devices leaves the charts and days of this one as they are', async () => {
      const data = await firstDay();
      await withService(
        BY_HAND,
        async (own) => {
          await visiting(own, '/dashboard/devices/pack-003', async (visitor) => {
            const { page } = visitor;
            await page.locator('canvas').nth(3).waitFor();
            await way(visitor, 'Live').waitFor();
            await idle(visitor);
            const takeIn = async (device: string, key: string) => {
              visitor.takeQuestions();
              // All that is asked again is asked with it.
              const head = page.waitForResponse((response) =>
                String(response.request().postData()).includes('query DeviceHead'),
              );
              await addReading(data, device, key);
              await refresh(own.url);
              await head;
              await idle(visitor);
              return asked(visitor).sort();
            };
            expect(await takeIn('pack-005', 'a.parquet')).toEqual(['DeviceHead']);
            // Also what rests on a snapshot before the last one.
            expect(await takeIn('pack-006', 'b.parquet')).toEqual(['DeviceHead']);
            const readings = await page.locator('.device-states').innerText();
            expect(await takeIn('pack-003', 'c.parquet')).toEqual([
              'DeviceDays',
              'DeviceHead',
              'DeviceSeries',
              'FleetTrends',
            ]);
            expect(await page.locator('.device-states').innerText()).not.toBe(readings);
          });
        },
        data,
      );
    });

    test('is told to who shows a key', async () => {
      const { file, reader, importer } = await keysOf();
      const data = await firstDay();
      await withService(
        { REFRESH_SECONDS: '86400', API_KEYS_FILE: file },
        async (own) => {
          await visiting(own, '/', async (visitor) => {
            const { page } = visitor;
            await page.getByLabel('API key or JSON Web Token').fill(reader);
            await page.getByRole('button', { name: 'Show the dashboard' }).click();
            await page.locator('svg.sparkline').nth(20).waitFor();
            await way(visitor, 'Live').waitFor();
            const stream = visitor.takeQuestions().find(({ operation }) => operation === 'SnapshotChanges');
            expect(stream?.headers).toMatchObject({
              authorization: `Bearer ${reader}`,
              accept: 'text/event-stream',
            });
            await addSecondDay(data);
            await refresh(own.url, importer);
            await page.getByText(IN_SECOND_DAY).first().waitFor();
            expect(asked(visitor)).not.toContain('Snapshot');
          });
        },
        data,
      );
    });

    test('is told after the service was away, from where the page was', async () => {
      const data = await firstDay();
      const state = await temporaryFolder();
      const first = await serveOver(data, { STATE_DIR: state, ...BY_HAND });
      let second: Awaited<ReturnType<typeof serveOver>> | undefined;
      try {
        await visiting(
          { browser: stage().browser, url: first.url },
          '/',
          async (visitor) => {
            const { page } = visitor;
            await page.locator('svg.sparkline').nth(20).waitFor();
            await way(visitor, 'Live').waitFor();
            await first.close('test');
            await page.getByRole('status').getByText('No answer from the service').waitFor();
            await addSecondDay(data);
            second = await serveOver(data, { STATE_DIR: state, ...BY_HAND, PORT: new URL(first.url).port });
            await page.getByText(IN_SECOND_DAY).first().waitFor();
            await way(visitor, 'Live').waitFor();
            const streams = visitor
              .takeQuestions()
              .filter(({ operation }) => operation === 'SnapshotChanges');
            expect(streams[0]?.variables).toEqual({ since: null });
            expect(streams.at(-1)?.variables).toEqual({ since: expect.stringMatching(/^[0-9a-f]{32}$/) });
            // And goes on.
            await addReading(data, 'pack-003', 'later.parquet');
            await refresh(second.url);
            await expect.poll(() => asked(visitor)).toContain('Fleet');
          },
          // A service that stops takes no subscriptions, and says so.
          { provoked: new RegExp(`${GONE.source}|503`) },
        );
      } finally {
        await first.close('test');
        await second?.close('test');
      }
    });
  });

  describe('where the page cannot listen', () => {
    test('it asks every 15 s, and listens once it may', async () => {
      const data = await firstDay();
      await withService(
        { ...BY_HAND, VIEWER_MAX_SUBSCRIPTIONS: '1' },
        async (own) => {
          const query = 'subscription { datasetChanged { version } }';
          const other = await readEvents(`${own.url}/graphql?${new URLSearchParams({ query })}`);
          await other.next();
          await visiting(
            own,
            '/',
            async (visitor) => {
              const { page } = visitor;
              await page.clock.install();
              await page.reload();
              await page.locator('svg.sparkline').nth(20).waitFor();
              await way(visitor, 'Asking every 15 s').waitFor();
              visitor.takeQuestions();
              await addSecondDay(data);
              await refresh(own.url);
              await page.clock.fastForward(15_000);
              await page.getByText(IN_SECOND_DAY).first().waitFor();
              expect(asked(visitor)).toContain('Snapshot');
              other.close();
              await page.clock.fastForward(300_000);
              await way(visitor, 'Live').waitFor();
            },
            { provoked: /429/ },
          );
        },
        data,
      );
    });

    test('nobody is asked for a stream where none is to be had', async () => {
      await withService({ SUBSCRIPTIONS_MAX: '0' }, async (own) => {
        await visiting(own, '/', async (visitor) => {
          await visitor.page.locator('svg.sparkline').nth(20).waitFor();
          await way(visitor, 'Asking every 15 s').waitFor();
          expect(asked(visitor)).not.toContain('SnapshotChanges');
        });
      });
    });

    test('a manifest of documents without the subscription is enough', async () => {
      const generated = path.resolve(
        import.meta.dirname,
        '../../dashboard/generated/persisted-documents.json',
      );
      const documents = Object.entries<string>(JSON.parse(await readFile(generated, 'utf8')));
      const older = documents.filter(([, text]) => !text.includes('subscription SnapshotChanges'));
      expect(older).toHaveLength(documents.length - 1);
      const manifest = path.join(await temporaryFolder(), 'documents.json');
      await writeFile(manifest, JSON.stringify(Object.fromEntries(older)));
      await withService({ PERSISTED_DOCUMENTS: manifest, PERSISTED_ONLY: 'true' }, async (own) => {
        await visiting(
          own,
          '/',
          async (visitor) => {
            await visitor.page.locator('svg.sparkline').nth(20).waitFor();
            await way(visitor, 'Asking every 15 s').waitFor();
          },
          { provoked: /40[04]/ },
        );
      });
    });

    test('a stream that is held back on its way is given up', async () => {
      await visiting(stage(), '/dashboard/data', async (visitor) => {
        const { page } = visitor;
        await page.clock.install();
        await page.route('**/graphql', async (route) => {
          // As a proxy that collects what comes until its end.
          if (!String(route.request().postData()).includes('subscription')) await route.continue();
        });
        await page.reload();
        await page.getByText('broken.parquet').waitFor();
        await page.clock.fastForward(11_000);
        await way(visitor, 'Asking every 15 s').waitFor();
        visitor.takeQuestions();
        await page.unroute('**/graphql');
        await page.clock.fastForward(31_000);
        await way(visitor, 'Live').waitFor();
        expect(asked(visitor)).toContain('SnapshotChanges');
      });
    });

    test('who looks away is told nothing, and hears of it when they are back', async () => {
      const data = await firstDay();
      await withService(
        BY_HAND,
        async (own) => {
          await visiting(own, '/', async (visitor) => {
            const { page } = visitor;
            await page.locator('svg.sparkline').nth(20).waitFor();
            await way(visitor, 'Live').waitFor();
            const look = (state: string) =>
              page.evaluate(
                `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
                 document.dispatchEvent(new Event('visibilitychange'))`,
              );
            const ended = page.waitForEvent('requestfailed', (request) =>
              String(request.postData()).includes('SnapshotChanges'),
            );
            await look('hidden');
            await ended;
            visitor.takeQuestions();
            await addSecondDay(data);
            await refresh(own.url);
            expect(asked(visitor)).toEqual([]);
            await look('visible');
            await page.getByText(IN_SECOND_DAY).first().waitFor();
            expect(asked(visitor)).toContain('SnapshotChanges');
          });
        },
        data,
      );
    });
  });
}
