import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClusterApps, startClusterApps } from '../support/cluster-apps.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Etc/UTC',
];
const DAYS = [
  '',
  ', from: "2026-03-28"',
  ', to: "2026-03-29"',
  ', from: "2026-03-29", to: "2026-03-29"',
  ', from: "2026-03-28", to: "2026-03-31", deviceIds: ["d1", "d3"]',
  ', from: "1999-01-01", to: "1999-01-02"',
];

/** In other years: clocks went back over midnight, a day was left out, and days began at no full minute. */
const ODD = [
  ['1988-10-28', 'America/St_Johns', '1988-10-29', '1988-10-29'],
  ['1988-10-28', 'America/St_Johns', '1988-10-30', '1988-10-31'],
  ['2011-12-28', 'Pacific/Apia', '2011-12-30', '2011-12-31'],
  ['1971-05-01', 'Africa/Monrovia', '1971-05-02', '1971-05-02'],
] as const;

const apps = new Map<string, ClusterApps>();

beforeAll(async () => {
  const fleet = { devices: 4, readings: 300, days: 5 };
  for (const start of ['2026-03-27', ...new Set(ODD.map(([from]) => from))]) {
    const from = `${start}T00:00:00Z`;
    apps.set(
      start,
      await startClusterApps((directory) => writeRandomFleet(directory, 23, { ...fleet, from })),
    );
  }
});

afterAll(async () => {
  for (const one of apps.values()) await one.close();
});

async function expectAlike(start: string, args: string): Promise<unknown> {
  const { cluster, embedded, takeEvents } = apps.get(start) as ClusterApps;
  const document = `{ histogram(metric: VOLTAGE, bins: 7, ${args}) { readingCount below above missing bins { lower upper count } } }`;
  takeEvents();
  const answer = await cluster.ask(document);
  const ran = takeEvents().filter(({ name }) => name === 'histogram');
  expect(ran.map(({ engine }) => engine)).not.toContain('asking');
  expect(answer).toEqual(await embedded.ask(document));
  return ran.length;
}

test.each(ZONES)(
  'days of %s: counted on the cluster, as the embedded engine counts them',
  async (timeZone) => {
    for (const days of DAYS) {
      const statements = await expectAlike('2026-03-27', `timeZone: "${timeZone}"${days}`);
      // No object holds readings of 1999.
      expect(statements).toBe(days.includes('1999') ? 0 : 1);
    }
  },
);

test.each(ODD)('readings from %s, days of %s: %s to %s', async (start, timeZone, from, to) => {
  await expectAlike(start, `min: 40, max: 60, timeZone: "${timeZone}", from: "${from}", to: "${to}"`);
});
