import { expect, test } from 'vitest';
import { checkRows } from '../../src/catalog/query-catalog.ts';
import { dailySummaryRow, deviceSummaryRow, latestReadingRow, overviewRow } from '../../src/loaders/rows.ts';

const METRICS = ['voltage', 'temperature', 'soc'];
const STATISTICS = METRICS.flatMap((metric) => ['avg', 'min', 'max'].map((what) => `${what}_${metric}`));
const DAY = {
  device_id: 'a',
  date: '2026-01-01',
  reading_count: 2,
  ...Object.fromEntries(STATISTICS.map((name, index) => [name, index + 0.5])),
};

test('a row comes out under the names of the schema, and nothing besides', async () => {
  const [day] = await checkRows('daily_summary', [{ ...DAY, straddles: false }], dailySummaryRow);
  expect(day).toStrictEqual({
    deviceId: 'a',
    date: '2026-01-01',
    readingCount: 2,
    avgVoltage: 0.5,
    minVoltage: 1.5,
    maxVoltage: 2.5,
    avgTemperature: 3.5,
    minTemperature: 4.5,
    maxTemperature: 5.5,
    avgSoc: 6.5,
    minSoc: 7.5,
    maxSoc: 8.5,
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null])(
  '%d is missing',
  async (soc) => {
    const row = {
      device_id: 'a',
      timestamp: '2026-01-01T00:00:00.000001Z',
      voltage: 0,
      temperature: -0,
      soc,
    };
    expect(await checkRows('device_latest', [row], latestReadingRow)).toStrictEqual([
      { deviceId: 'a', timestamp: '2026-01-01T00:00:00.000001Z', voltage: 0, temperature: -0, soc: null },
    ]);
  },
);

test.each([
  ['max_soc', '1', 'expected a number or null'],
  ['max_soc', 2n ** 60n, 'expected a number or null'],
  ['max_soc', undefined, 'expected a number or null'],
  ['reading_count', 2n ** 53n, 'Invalid input: expected number, received bigint'],
  ['reading_count', -1, 'Too small: expected number to be >=0'],
  ['reading_count', 1.5, 'Invalid input: expected int, received number'],
  ['device_id', null, 'Invalid input: expected string, received null'],
])('the error names the row and what %s should be: %s', async (column, value, expected) => {
  const rows = [DAY, { ...DAY, [column]: value }];
  await expect(checkRows('daily_summary', rows, dailySummaryRow)).rejects.toThrow(
    `Row 1 of daily_summary is not as expected: ✖ ${expected}\n  → at ${column}`,
  );
});

test.each([
  ['first_seen', deviceSummaryRow],
  ['first_timestamp', overviewRow],
  ['timestamp', latestReadingRow],
])('%s is an instant in RFC 3339', async (column, schema) => {
  await expect(checkRows<unknown>('test', [{ [column]: '2026-01-01 00:00:00' }], schema)).rejects.toThrow(
    new RegExp(`ISO datetime\\n {2}→ at ${column}`),
  );
});
