import { expect, test } from 'vitest';
import { SLOTS } from '../../src/rollup/slots.ts';
import { startEngine } from '../engine/start-engine.ts';

/** Instants a minute apart over a day, and around each boundary, before and after 1970. */
const INSTANTS = `SELECT day + to_minutes(minute) + to_microseconds(us) AS instant
  FROM (VALUES (TIMESTAMP '2026-03-01'), (TIMESTAMP '1969-12-31'), (TIMESTAMP '0001-01-03'), (TIMESTAMP '9999-12-29')) AS days(day),
    range(1440) AS minutes(minute), (VALUES (0), (59999999)) AS parts(us)`;

test.each([
  ['1h', 'hour', 39],
  ['1d', 'day', 1],
] as const)(
  '%s: each instant lies in one slot, no slot crosses a %s, and slots leave no gap',
  async (grain, unit, slotsADay) => {
    const { slotOf, lastOfSlot } = SLOTS[grain];
    const engine = await startEngine();
    const rows = await engine.run({
      name: 'slots',
      sql: `WITH cut AS (SELECT instant, ${slotOf('instant')} AS slot FROM (${INSTANTS})),
      ends AS (SELECT *, ${lastOfSlot('slot')} AS last FROM cut)
      SELECT
        bool_and(instant BETWEEN slot AND last) AS inside,
        bool_and(date_trunc('${unit}', slot) = date_trunc('${unit}', last)) AS within_unit,
        bool_and(${slotOf('last')} = slot AND ${slotOf('slot')} = slot) AS stable,
        bool_and(${slotOf('last + INTERVAL 1 MICROSECOND')} = last + INTERVAL 1 MICROSECOND) AS adjacent,
        count(DISTINCT slot) // 4 AS slots_a_day
      FROM ends`,
    });
    expect(rows).toEqual([
      { inside: true, within_unit: true, stable: true, adjacent: true, slots_a_day: slotsADay },
    ]);
  },
);

test('no day of any time zone of these years begins within a slot of hours', async () => {
  const { slotOf, lastOfSlot } = SLOTS['1h'];
  const engine = await startEngine();
  const local = (instant: string) => `CAST(timezone(name, timezone('UTC', ${instant})) AS DATE)`;
  // A zone keeps its offset for a month at least.
  const rows = await engine.run(
    {
      name: 'zones',
      sql: `WITH slots AS (
        SELECT DISTINCT ${slotOf('instant')} AS slot FROM (
          SELECT unnest(generate_series(TIMESTAMP '2019-01-01', TIMESTAMP '2029-01-01', INTERVAL 13 DAY)) + to_minutes(minute) AS instant
          FROM range(0, 1440, 15) AS minutes(minute))
      )
      SELECT DISTINCT name FROM slots, pg_timezone_names() AS zones
      WHERE ${local('slot')} <> ${local(lastOfSlot('slot'))}
      ORDER BY name`,
    },
    { timeoutMs: 60_000 },
  );
  expect(rows).toEqual([]);
}, 60_000);
