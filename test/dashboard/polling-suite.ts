import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../support/event-stream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asked, BY_HAND, daysOf, IN_SECOND_DAY, refresh, way } from './new-days.ts';
import { ownService, type Stage, visiting } from './stage.ts';

/** What the page does where nobody tells it of snapshots. @param fleet the folder of the fleet's objects */
export function pollingSuite(stage: () => Stage, fleet: () => string): void {
  const withService = ownService(stage, fleet);
  const { firstDay, addSecondDay } = daysOf(fleet);

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
        await page.locator('table.objects tr', { hasText: 'broken.parquet' }).waitFor();
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
            await page.clock.install();
            await page.reload();
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
            await page.clock.fastForward(120_000);
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
