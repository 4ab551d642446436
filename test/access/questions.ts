import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEVICE_ORDER_FIELDS } from '../../schema/context.ts';
import { enumName } from '../../schema/enum-name.ts';

const PROJECT = path.resolve(import.meta.dirname, '../../queries');

/** Named queries over each relation, those of the project among them; `PATHS` reads whole objects. */
export const QUERIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['overview', 'devices', 'device_latest', 'daily_summary'].map((name) => [
      `${name}.sql`,
      readFileSync(path.join(PROJECT, `${name}.sql`), 'utf8'),
    ]),
  ),
  'by_device.sql': `SELECT device_id, count(*) AS n, min("timestamp") AS first, max(object_ordinal) AS object, exact_avg(soc) AS avg_soc
    FROM {{TELEMETRY}} GROUP BY ALL ORDER BY ALL`,
  // Which rows are looked at before the scope is, an error would tell.
  'strict.sql': `SELECT count(*) AS n FROM {{TELEMETRY}}
    WHERE CASE WHEN device_id LIKE 'foreign%' THEN error('foreign: ' || device_id) ELSE true END`,
  'all_devices.sql': 'SELECT * FROM {{DEVICES}} ORDER BY ALL',
  'weeks.sql': `WITH devices AS (FROM {{DEVICE_DAYS}}), partials AS (FROM {{DEVICES}})
    SELECT device_id, date_trunc('week', date) AS week, sum(devices.reading_count) AS n, max(last_seen) AS last
    FROM devices JOIN (SELECT device_id FROM partials) AS known USING (device_id) GROUP BY ALL ORDER BY ALL`,
  'all_hours.sql': 'SELECT * FROM {{DEVICE_HOURS}} ORDER BY ALL',
};
export const PATHS = {
  'from_paths.sql': 'SELECT count(*) AS n FROM read_parquet({{S3_PATH}}, union_by_name = true)',
  'path_list.sql': 'SELECT {{S3_PATH}} AS paths, count(*) AS n FROM {{TELEMETRY}}',
};

const STATISTICS = `readingCount avgVoltage minVoltage maxVoltage avgTemperature minTemperature maxTemperature avgSoc minSoc maxSoc`;
const DEVICE = `id deviceId firstSeen lastSeen ${STATISTICS} latestReading { timestamp voltage temperature soc }`;
const SERIES =
  '{ deviceId from to timeZone resolution { method source bucket exact } timestamps metrics { metric values min max count } }';
const PERIOD = `{ ${STATISTICS} rangeSoc }`;

export const graphqlQuestions = (devices: readonly string[]): string[] => {
  const list = JSON.stringify(devices);
  return [
    '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } dataset { coverage rolledUp newestReading progress { objects } quarantined { key } } }',
    `{ devices { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { ${DEVICE}
      dailySummaries(timeZone: "Asia/Kathmandu") { date ${STATISTICS} }
      series(maxPoints: 50) ${SERIES}
      readings(first: 3, direction: DESC) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { timestamp voltage temperature soc } } }
    } } } }`,
    `{ ${DEVICE_ORDER_FIELDS.map(
      (field, index) =>
        `o${index}: devices(${index % 2 === 0 ? 'first' : 'last'}: 2, orderBy: { field: ${enumName(field)}, direction: ${index % 3 === 0 ? 'ASC' : 'DESC'} }) {
          totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { deviceId } } }`,
    ).join('\n')} }`,
    `{ ${[
      `{ ids: ${list} }`,
      '{ search: "ACME" }',
      '{ search: "%" }',
      '{ search: "" }',
      '{ silentFor: "PT3H" }',
      '{ seenSince: "2026-03-29T12:00:00Z", maxSoc: { gte: 1 } }',
      '{ latest: { soc: { lt: 30 } } }',
    ]
      .map(
        (filter, index) =>
          `f${index}: devices(filter: ${filter}) { totalCount edges { cursor node { deviceId } } }`,
      )
      .join('\n')} }`,
    `{ ${devices
      .map(
        (
          id,
          index,
        ) => `d${index}: device(deviceId: ${JSON.stringify(id)}) { ${DEVICE} readings(from: "2026-03-28T18:10:00Z", to: "2026-03-29T20:20:00Z") { totalCount edges { node { timestamp soc } } } }
      n${index}: node(id: ${JSON.stringify(btoaUtf8(`Device:${id}`))}) { id ... on Device { lastSeen } }`,
      )
      .join('\n')} }`,
    ...['UTC', 'Europe/Berlin', 'Asia/Kathmandu'].flatMap((zone) => [
      `{ dailySummaries(timeZone: "${zone}") { deviceId date ${STATISTICS} } }`,
      `{ dailySummaries(deviceIds: ${list}, from: "2026-03-29", timeZone: "${zone}") { deviceId date readingCount avgSoc device { lastSeen } } }`,
      `{ topDevices(by: AVG_VOLTAGE, first: 3, timeZone: "${zone}", from: "2026-03-29") { rank value device { deviceId lastSeen } statistics ${PERIOD} } }`,
      `{ compare(first: { to: "2026-03-28" }, second: { from: "2026-03-29" }, timeZone: "${zone}", orderBy: AVG_SOC, limit: 3) {
        deviceCount total { first ${PERIOD} second ${PERIOD} } devices { deviceId first ${PERIOD} second ${PERIOD} } } }`,
      `{ histogram(metric: SOC, bins: 5, timeZone: "${zone}", to: "2026-03-29") { readingCount missing below above bins { lower upper count } } }`,
    ]),
    `{ histogram(metric: VOLTAGE, binWidth: 10, deviceIds: ${list}) { readingCount missing below above bins { lower upper count } } }`,
    `{ latestReadings { deviceId timestamp voltage device { readingCount } } some: latestReadings(deviceIds: ${list}) { deviceId soc } }`,
    ...[
      'maxPoints: 60',
      'bucket: "1h", aggregate: AVG',
      'bucket: "1d", timeZone: "Europe/Berlin", aggregate: MAX, fill: PREVIOUS',
      'bucket: "6h", aggregate: P50, from: "2026-03-28T18:40:00Z", to: "2026-03-29T20:20:00Z"',
      'bucket: "1h", aggregate: SUM, from: "2026-03-28T18:10:00Z", to: "2026-03-29T20:20:00Z"',
    ].flatMap((args) => [
      `{ series(${args}) ${SERIES} }`,
      `{ series(deviceIds: ${list}, ${args}) ${SERIES} }`,
    ]),
    '{ byDevice { rows { deviceId n first object avgSoc } truncated } strict { rows { n } } allDevices { rows { deviceId firstSeen lastSeen avgSoc countSoc } } }',
    `{ ${['by_device', 'all_hours', 'device_latest'].map((name) => `${name}: namedQueryTable(name: "${name}") { rows truncated }`).join('\n')} }`,
    `{ namedQueryTable(name: "daily_summary", arguments: { device_ids: ${list}, time_zone: "Asia/Kathmandu" }) { rows } }`,
    '{ weeks { rows { deviceId week n last } } allHours { rows { deviceId hour readingCount } } limits { name value } }',
  ];
};

export const restQuestions = (devices: readonly string[]): string[] => {
  const all = devices.map((id) => `device_id=${encodeURIComponent(id)}`).join('&');
  const one = devices.map((id) => `/readings?device_id=${encodeURIComponent(id)}&first=2&direction=desc`);
  const tables = ['/devices', '/devices/latest', '/daily-summary', '/series', '/readings'];
  const queries = Object.keys(QUERIES).map((name) => `/queries/${name.replace('.sql', '')}`);
  return [
    '/overview',
    '/devices?first=2&order_by=avg_soc&direction=desc',
    '/devices?search=acme',
    `/devices?${all}`,
    `/devices/latest?${all}`,
    '/daily-summary?time_zone=Europe/Berlin&from=2026-03-29',
    `/daily-summary?${all}`,
    `/series?${all}&bucket=1h`,
    ...one,
    ...[...tables.filter((path) => path !== '/readings'), ...queries],
    ...[...tables, ...queries].map((path, index) => `${path}.${FORMATS[index % FORMATS.length]}`),
    ...[...FORMATS, 'parquet'].map((format) => `/readings.${format}`),
    `/readings.csv?${all}&from=2026-03-28T18:10:00Z&to=2026-03-29T20:20:00Z`,
  ];
};

/** Parquet is read by an engine of its own, which takes its time. */
const FORMATS = ['csv', 'ndjson', 'arrow'];

const btoaUtf8 = (text: string) => Buffer.from(text).toString('base64');
