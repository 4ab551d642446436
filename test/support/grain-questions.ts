import { PERIOD_STATISTICS } from '../../schema/fleet-types.ts';

const STATISTICS = `{ ${PERIOD_STATISTICS.join(' ')} }`;
const SUMMARY = `deviceId date readingCount ${['Voltage', 'Temperature', 'Soc'].map((metric) => `avg${metric} min${metric} max${metric}`).join(' ')}`;

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Atlantic/Reykjavik',
] as const;

/** Of a fleet in the last days of March 2026: days of UTC, days of other zones, and what lies within days. */
export const GRAIN_QUESTIONS: readonly string[] = [
  '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }',
  '{ latestReadings { deviceId timestamp voltage temperature soc } }',
  ...ZONES.flatMap((zone) =>
    [`timeZone: "${zone}"`, `timeZone: "${zone}", from: "2026-03-27", to: "2026-03-30"`].flatMap((days) => [
      `{ dailySummaries(${days}) { ${SUMMARY} } }`,
      `{ dailySummaries(${days}, deviceIds: ["d1", "d2"]) { ${SUMMARY} } }`,
      `{ topDevices(by: AVG_VOLTAGE, ${days}) { rank value deviceId statistics ${STATISTICS} } }`,
      `{ histogram(metric: TEMPERATURE, ${days}) { readingCount below above missing bins { lower upper count } } }`,
    ]),
  ),
  ...ZONES.map(
    (
      zone,
    ) => `{ compare(first: { from: "2026-03-26", to: "2026-03-28" }, second: { from: "2026-03-28", to: "2026-03-31" }, timeZone: "${zone}") {
      deviceCount total { first ${STATISTICS} second ${STATISTICS} } devices { deviceId first ${STATISTICS} second ${STATISTICS} }
    } }`,
  ),
  ...ZONES.flatMap((zone) =>
    ['1h', '6h', '1d', '1w', '1mo'].flatMap((bucket) =>
      ['', ', from: "2026-03-27T05:20:00Z", to: "2026-03-30T17:10:00.5Z"'].map(
        (range) =>
          `{ series(bucket: "${bucket}", timeZone: "${zone}", aggregate: AVG${range}) { deviceId timestamps metrics { values min max count } } }`,
      ),
    ),
  ),
  '{ series(maxPoints: 100) { deviceId timestamps metrics { values } } }',
  '{ series(maxPoints: 200, from: "2026-03-26T22:30:00Z") { deviceId timestamps metrics { values } } }',
  `{ devices { edges { node {
    deviceId firstSeen lastSeen readingCount
    readings(first: 7) { edges { node { timestamp voltage temperature soc } } pageInfo { hasNextPage hasPreviousPage } }
    late: readings(last: 5, to: "2026-03-29T12:10:00Z") { totalCount edges { node { timestamp voltage } } }
    some: readings(from: "2026-03-27T01:30:00Z", to: "2026-03-27T09:10:00Z") { totalCount edges { node { timestamp } } }
  } } } }`,
];
