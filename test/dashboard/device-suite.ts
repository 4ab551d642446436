import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { AskedQuestion, Visitor } from '../support/visitor.ts';
import { answerOf, type Stage, searchOf, visiting } from './stage.ts';

const DEVICE = '/dashboard/devices/pack-003';

/** The next questions for the series, once the charts show their answer. */
async function seriesAsked(visitor: Visitor): Promise<AskedQuestion> {
  let found: AskedQuestion | undefined;
  await expect
    .poll(
      () => {
        found = visitor.takeQuestions().findLast(({ operation }) => operation === 'DeviceSeries') ?? found;
        return found;
      },
      { timeout: 10_000 },
    )
    .toBeDefined();
  await visitor.page.locator('.charts .content:not([aria-busy="true"]) canvas').nth(2).waitFor();
  if (found === undefined) throw new Error('expected a question for the series');
  return found;
}

const spanOf = ({ variables }: AskedQuestion) => ({
  from: Date.parse(String(variables['from'])),
  to: Date.parse(String(variables['to'])),
});
const lengthOf = (question: AskedQuestion) => spanOf(question).to - spanOf(question).from;

export function deviceSuite(stage: () => Stage): void {
  describe('a device', () => {
    test('the charts, the latest reading and the days are those of the service', async () => {
      const { device } = await answerOf<{
        device: { latestReading: { voltage: number; soc: number }; readingCount: number };
      }>(stage(), '{ device(deviceId: "pack-003") { readingCount latestReading { voltage soc } } }');
      await visiting(stage(), DEVICE, async (visitor) => {
        const { page } = visitor;
        const asked = await seriesAsked(visitor);
        expect(asked.variables).toMatchObject({ deviceId: 'pack-003', timeZone: 'UTC' });
        const totals = await page.locator('.totals').first().innerText();
        expect(totals).toContain(`${device.latestReading.voltage.toFixed(2)} V`);
        expect(totals).toContain(`${device.latestReading.soc.toFixed(1)} %`);
        for (const label of [/^Voltage from .* V/, /^Temperature from .* °C/, /^State of charge from .* %/]) {
          await page.getByRole('img', { name: label }).waitFor();
        }
        expect(await page.locator('section[aria-label^="Days"] tbody tr').count()).toBe(6);
        expect(await page.title()).toBe('pack-003 · Telemetry');
      });
    });

    test('a drag over a chart asks for the stretch at a finer resolution, and the address has it', async () => {
      await visiting(stage(), DEVICE, async (visitor) => {
        const { page } = visitor;
        const first = await seriesAsked(visitor);
        const box = await page.locator('.charts .u-over').first().boundingBox();
        if (box === null) throw new Error('expected a chart');
        const y = box.y + box.height / 2;
        await page.mouse.move(box.x + box.width * 0.25, y);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.5, y, { steps: 5 });
        await page.mouse.up();
        const zoomed = await seriesAsked(visitor);
        expect(lengthOf(zoomed) / lengthOf(first)).toBeCloseTo(0.25, 1);
        // As many points for a quarter of the time.
        expect(zoomed.variables['maxPoints']).toBe(first.variables['maxPoints']);
        expect(Date.parse(searchOf(visitor)['from'] ?? '')).toBe(spanOf(zoomed).from);
        const shown = page.url();
        await page.reload();
        expect(spanOf(await seriesAsked(visitor))).toEqual(spanOf(zoomed));
        expect(page.url()).toBe(shown);
      });
    });

    test('every reading is shown once it fits', async () => {
      await visiting(
        stage(),
        `${DEVICE}?from=2026-03-28T10:00:00Z&to=2026-03-28T12:00:00Z`,
        async ({ page }) => {
          await page.getByText(/^\d+ points: every reading\.$/).waitFor();
          await page.getByText('Show as a table').click();
          const { device } = await answerOf<{ device: { readings: { totalCount: number } } }>(
            stage(),
            `{ device(deviceId: "pack-003") { readings(from: "2026-03-28T10:00:00Z", to: "2026-03-28T12:00:00Z") { totalCount } } }`,
          );
          const rows = page.locator('section[aria-label^="Points"] tbody tr');
          await rows.first().waitFor();
          expect(await rows.count()).toBe(device.readings.totalCount);
        },
      );
    });

    test('keys zoom and move, buttons do the same, and Show all shows all', async () => {
      await visiting(stage(), `${DEVICE}?range=all`, async (visitor) => {
        const { page } = visitor;
        const whole = await seriesAsked(visitor);
        await page.getByRole('group', { name: /^Charts/ }).focus();
        await page.keyboard.press('+');
        const closer = await seriesAsked(visitor);
        expect(lengthOf(closer) / lengthOf(whole)).toBeCloseTo(0.5, 2);
        await page.keyboard.press('ArrowLeft');
        const earlier = await seriesAsked(visitor);
        expect(spanOf(earlier).from).toBeLessThan(spanOf(closer).from);
        expect(lengthOf(earlier)).toBe(lengthOf(closer));
        await page.getByRole('button', { name: 'Zoom in' }).click();
        expect(lengthOf(await seriesAsked(visitor))).toBeLessThan(lengthOf(earlier));
        await page.getByRole('button', { name: 'Show all' }).click();
        await expect.poll(() => searchOf(visitor), { timeout: 5_000 }).toEqual({ range: 'all' });
      });
    });

    test('Shift and a drag move, Ctrl and the wheel zoom; the wheel alone scrolls the page', async () => {
      await visiting(
        stage(),
        `${DEVICE}?from=2026-03-26T00:00:00Z&to=2026-03-27T00:00:00Z`,
        async (visitor) => {
          const { page } = visitor;
          const first = await seriesAsked(visitor);
          const box = await page.locator('.charts .u-over').first().boundingBox();
          if (box === null) throw new Error('expected a chart');
          const y = box.y + box.height / 2;
          await page.mouse.move(box.x + box.width * 0.5, y);
          await page.keyboard.down('Shift');
          await page.mouse.down();
          await page.mouse.move(box.x + box.width * 0.25, y, { steps: 4 });
          await page.mouse.up();
          await page.keyboard.up('Shift');
          // On a slow machine there is a question before the drag is over.
          let later = first;
          const moved = () => {
            later =
              visitor.takeQuestions().findLast(({ operation }) => operation === 'DeviceSeries') ?? later;
            return (spanOf(later).from - spanOf(first).from) / lengthOf(first);
          };
          await expect.poll(moved, { timeout: 10_000 }).toBeCloseTo(0.25, 1);
          expect(lengthOf(later)).toBe(lengthOf(first));
          await page.keyboard.down('Control');
          await page.mouse.wheel(0, -100);
          await page.keyboard.up('Control');
          expect(lengthOf(await seriesAsked(visitor)) / lengthOf(later)).toBeCloseTo(0.8, 1);
          const shown = page.url();
          await page.mouse.wheel(0, 200);
          await expect.poll(() => page.evaluate('window.scrollY')).toBeGreaterThan(0);
          expect(page.url()).toBe(shown);
        },
      );
    });

    test('gaps are visible, and told', async () => {
      const { series } = await answerOf<{ series: { deviceId: string; metrics: { count: number[] }[] }[] }>(
        stage(),
        '{ series(bucket: "1h", metrics: [SOC]) { deviceId metrics { count } } }',
      );
      // Where some device was silent for hours, in the midst of its readings.
      const broken = series.find(({ metrics }) =>
        /[1-9],0,(0,)*[1-9]/.test(metrics[0]?.count.join(',') ?? ''),
      );
      await visiting(stage(), `/dashboard/devices/${broken?.deviceId}?range=all`, async ({ page }) => {
        await page.getByRole('img', { name: /^State of charge .* [1-9]\d* gaps?\.$/ }).waitFor();
      });
    });

    test('days are cut in the chosen zone, also where one has 23 hours; the link shows the same', async () => {
      const days = await answerOf<{ device: { dailySummaries: { date: string; readingCount: number }[] } }>(
        stage(),
        '{ device(deviceId: "pack-003") { dailySummaries(timeZone: "Europe/Berlin") { date readingCount } } }',
      );
      const short = days.device.dailySummaries.find(({ date }) => date === '2026-03-29');
      await visiting(stage(), DEVICE, async (visitor) => {
        const { page } = visitor;
        await seriesAsked(visitor);
        await page.getByLabel('Time zone').selectOption('Europe/Berlin');
        const asked = await seriesAsked(visitor);
        expect(asked.variables['timeZone']).toBe('Europe/Berlin');
        expect(searchOf(visitor)).toEqual({ tz: 'Europe/Berlin' });
        const row = page.locator('tr', { hasText: 'Sun 29 Mar 2026' });
        await expect
          .poll(() => row.locator('td').first().innerText(), { timeout: 5_000 })
          .toBe(new Intl.NumberFormat('en').format(short?.readingCount ?? -1));
        await page.getByRole('link', { name: 'Fleet' }).first().click();
        await page.locator('table.devices').waitFor();
        expect(searchOf(visitor)).toEqual({ tz: 'Europe/Berlin' });
        // 23:59 in UTC.
        expect(await page.locator('tr', { hasText: 'pack-003' }).innerText()).toContain('30 Mar 2026, 01:59');
        // An address that names no zone gets the one of before, so that it says what is seen.
        await page.goto(`${stage().url}${DEVICE}?range=all&metric=voltage`);
        await page.getByRole('img', { name: /^Voltage: mean, lowest and highest of \d+ days/ }).waitFor();
        expect(searchOf(visitor)).toEqual({ range: 'all', metric: 'voltage', tz: 'Europe/Berlin' });
        // Both ends of a stretch over which the clocks are changed.
        await page
          .getByText(
            /^24 Mar 2026, 01:00 \(UTC\+01:00\) to 30 Mar 2026, 0[12]:\d\d \(UTC\+02:00\), Europe\/Berlin$/,
          )
          .waitFor();
      });
    });

    test('downloads are what is shown, as CSV and as Parquet', async () => {
      await visiting(
        stage(),
        `${DEVICE}?from=2026-03-28T10:00:00Z&to=2026-03-28T11:00:00Z`,
        async ({ page }) => {
          for (const [name, begins] of [
            ['CSV', 'device_id,timestamp'],
            ['Parquet', 'PAR1'],
          ] as const) {
            const downloading = page.waitForEvent('download');
            await page.getByRole('link', { name }).click();
            const download = await downloading;
            expect(download.suggestedFilename()).toMatch(
              new RegExp(`^readings-\\w+\\.${name.toLowerCase()}$`),
            );
            const content = await readFile(await download.path());
            expect(content.subarray(0, begins.length).toString()).toBe(begins);
          }
        },
      );
    });

    test('one that there is not says so', async () => {
      await visiting(stage(), '/dashboard/devices/nobody', async ({ page }) => {
        await page.getByText('There is no such device').waitFor();
      });
    });
  });
}
