import { expect, test } from 'vitest';
import { type Interval, isUtc, wantedDays, ZoneDays } from '../../src/loaders/zone-days.ts';
import { localDate } from '../../src/rollup/summaries-sql.ts';
import { startEngine } from '../engine/start-engine.ts';

/** Clocks went back over midnight, on and off at midnight, by a day, not at full minutes; and none of that. */
const CASES = [
  ['America/St_Johns', '1988-10-29', '1988-10-30'],
  ['America/St_Johns', '1988-10-30', '1988-10-30'],
  ['America/Havana', '2026-03-08', '2026-03-08'],
  ['America/Havana', '2026-11-01', '2026-11-01'],
  ['Pacific/Apia', '2011-12-29', '2011-12-30'],
  ['Pacific/Apia', '2011-12-31', '2011-12-31'],
  ['Africa/Monrovia', '1971-05-01', '1971-05-03'],
  ['Europe/Amsterdam', '1936-05-17', '1936-05-18'],
  ['Europe/Paris', '1905-06-01', '1905-06-02'],
  ['Europe/Berlin', '2026-03-29', '2026-03-29'],
  ['Australia/Lord_Howe', '2026-04-05', '2026-04-05'],
  ['Asia/Kathmandu', null, '2026-03-29'],
  ['Asia/Kathmandu', '2026-03-29', null],
  ['Pacific/Kiritimati', '2026-03-29', '2026-04-20'],
  ['UTC', '2026-03-29', '2026-03-30'],
  ['Etc/UTC', '2026-03-29', '2026-03-30'],
] as const;

test.each(CASES)('%s, %s to %s: just the seconds that clocks show there', async (timeZone, from, to) => {
  const engine = await startEngine();
  const intervals = await new ZoneDays(engine).intervals({ from, to, timeZone }, {});
  const isIn = `(${intervals.map(conditionOf).join(' OR ')})`;
  // Every second from two days before to three days after.
  const [row] = await engine.run({
    name: 'seconds',
    sql: `SELECT count(*) FILTER (${isIn}) AS inside, count(*) FILTER (${isIn} <> wanted) AS wrong
      FROM (
        SELECT epoch_ms(second) AS ms,
          ($from IS NULL OR date >= CAST($from AS DATE)) AND ($to IS NULL OR date <= CAST($to AS DATE)) AS wanted
        FROM (
          SELECT second, ${localDate('second')} AS date
          FROM (SELECT CAST($first AS TIMESTAMP) - INTERVAL 2 DAY + to_seconds(second) AS second FROM range(8 * 86400) AS seconds(second))
        )
      )`,
    params: { from, to, first: from ?? to, time_zone: timeZone },
  });
  expect(row?.['wrong']).toBe(0);
  // The day that Samoa left out has none.
  if (from !== to || from === null) expect(row?.['inside']).toBeGreaterThan(0);
});

function conditionOf({ low, high }: Interval): string {
  return `(${low === null ? 'true' : `ms >= ${low}`} AND ${high === null ? 'true' : `ms < ${high}`})`;
}

test('days without an end, and at the ends of what RFC 3339 can tell', async () => {
  const days = new ZoneDays(await startEngine());
  const intervals = (from: string | null, to: string | null, timeZone = 'Asia/Tokyo') =>
    days.intervals({ from, to, timeZone }, {});
  expect(await intervals(null, null)).toEqual([{ low: null, high: null }]);
  expect(await intervals('2011-12-30', '2011-12-30', 'Pacific/Apia')).toEqual([]);
  for (const timeZone of ['Asia/Tokyo', 'UTC']) {
    const [last] = await intervals('9999-12-31', '9999-12-31', timeZone);
    expect(last?.low ?? Infinity).toBeGreaterThan(Date.parse('9999-12-29'));
    const [first] = await intervals('0001-01-01', '0001-01-02', timeZone);
    expect(first?.high ?? -Infinity).toBeLessThanOrEqual(Date.parse('0001-01-03'));
    const [all] = await intervals('0001-01-01', '9999-12-31', timeZone);
    expect(all?.low ?? -Infinity).toBeLessThanOrEqual(Date.parse('0001-01-03'));
    expect(all?.high ?? null).toBeNull();
  }
});

test('a zone is as UTC where its days are', async () => {
  const days = new ZoneDays(await startEngine());
  const ofLondon = (...dates: string[]) => days.pieces(dates, 'Europe/London', {});
  expect(isUtc(await ofLondon('2026-03-27', '2026-03-28'))).toBe(true);
  expect(isUtc(await ofLondon('2026-03-28', '2026-03-29'))).toBe(false);
  expect(isUtc(await days.pieces(['2026-03-28'], 'Asia/Tokyo', {}))).toBe(false);
  expect(isUtc([])).toBe(true);
});

test('readings after the last of the days, in days that nobody has looked at, are not of that day', async () => {
  const days = ['2026-01-08', '2026-01-09', '2026-01-10'];
  const pieces = await new ZoneDays(await startEngine()).pieces(days, 'America/New_York', {});
  const { starts, low, high } = wantedDays(pieces, { from: '2026-01-08', to: '2026-01-10' });
  expect(starts.map(({ date }) => date)).toEqual(days);
  expect(low).toBe(Date.parse('2026-01-08T05:00Z'));
  // After the end of that day, and before the first day of UTC that may hold readings and was left out.
  expect(high).toBeGreaterThanOrEqual(Date.parse('2026-01-11T05:00Z'));
  expect(high).toBeLessThanOrEqual(Date.parse('2026-01-13'));
  expect(wantedDays(pieces, { from: '2026-01-08', to: null }).high).toBeNull();
});

test('a day that begins in the last minutes of a day of UTC begins there', async () => {
  const pieces = await new ZoneDays(await startEngine()).pieces(['1905-06-01'], 'Europe/Paris', {});
  expect(pieces.map(({ start, date }) => [new Date(start).toISOString(), date])).toEqual([
    ['1905-06-01T00:00:00.000Z', '1905-06-01'],
    ['1905-06-01T23:50:39.000Z', '1905-06-02'],
  ]);
  expect(isUtc(pieces)).toBe(false);
});
