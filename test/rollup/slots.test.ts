import { expect, test } from 'vitest';
import { lastOfSlot, slotOf } from '../../src/rollup/slots.ts';
import { startEngine } from '../engine/start-engine.ts';

/** Instants a minute apart over a day, and around each boundary, before and after 1970. */
const INSTANTS = `SELECT day + to_minutes(minute) + to_microseconds(us) AS instant
  FROM (VALUES (TIMESTAMP '2026-03-01'), (TIMESTAMP '1969-12-31'), (TIMESTAMP '0001-01-03'), (TIMESTAMP '9999-12-29')) AS days(day),
    range(1440) AS minutes(minute), (VALUES (0), (59999999)) AS parts(us)`;

test('each instant lies in exactly one slot, no slot crosses an hour, and slots leave no gap', async () => {
  const engine = await startEngine();
  const rows = await engine.run({
    name: 'slots',
    sql: `WITH cut AS (SELECT instant, ${slotOf('instant')} AS slot FROM (${INSTANTS})),
      ends AS (SELECT *, ${lastOfSlot('slot')} AS last FROM cut)
      SELECT
        bool_and(instant BETWEEN slot AND last) AS inside,
        bool_and(date_trunc('hour', slot) = date_trunc('hour', last)) AS within_hour,
        bool_and(${slotOf('last')} = slot AND ${slotOf('slot')} = slot) AS stable,
        bool_and(${slotOf('last + INTERVAL 1 MICROSECOND')} = last + INTERVAL 1 MICROSECOND) AS adjacent,
        count(DISTINCT slot) // 4 AS slots_a_day
      FROM ends`,
  });
  expect(rows).toEqual([{ inside: true, within_hour: true, stable: true, adjacent: true, slots_a_day: 39 }]);
});

test('no day of any time zone of these years begins within a slot', async () => {
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
