import { describe, expect, test } from 'vitest';
import { serveOver } from '../support/dashboard-fleet.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { keyFile } from '../support/key-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asked, BY_HAND, daysOf, IN_SECOND_DAY, idle, refresh, way } from './new-days.ts';
import { ownService, type Stage, visiting } from './stage.ts';

const GONE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED/;

/** One more reading of a device, within the time of the others. */
const addReading = (data: string, device: string, key: string) =>
  writeDataset(data, (write) =>
    write(
      key,
      `SELECT * FROM (VALUES ('${device}', TIMESTAMP '2026-03-27T10:00:30', 50::DOUBLE, 20::DOUBLE, 55::DOUBLE)) readings(device_id, "timestamp", voltage, temperature, soc)`,
    ),
  );

/** What the page makes of snapshots that it is told of. @param fleet the folder of the fleet's objects */
export function liveSuite(stage: () => Stage, fleet: () => string): void {
  const withService = ownService(stage, fleet);
  const { firstDay, addSecondDay } = daysOf(fleet);

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
            // Of the new hours alone.
            expect(operations.sort()).toEqual(['Fleet', 'FleetTrends']);
            await way(visitor, 'Live').waitFor();
            expect(await visitor.barriers()).toEqual([]);
            // What is known of the new snapshot is not asked for again.
            await page.getByRole('columnheader', { name: 'Charge (%)' }).getByRole('button').click();
            await expect
              .poll(() => page.locator('table.devices tbody th').first().innerText())
              .not.toBe('pack-001');
            await idle(visitor);
            // The trends of other devices are asked for after the table shows them.
            await expect.poll(() => page.locator('.skeleton-spark').count()).toBe(0);
            visitor.takeQuestions();
            await page.goBack();
            await expect
              .poll(() => page.locator('table.devices tbody th').first().innerText())
              .toBe('pack-001');
            await idle(visitor);
            expect(asked(visitor)).toEqual([]);
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
      const { file, reader, importer } = await keyFile();
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
            await page.getByText(IN_SECOND_DAY).first().waitFor({ timeout: 15_000 });
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
}
