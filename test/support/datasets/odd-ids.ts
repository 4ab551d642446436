import { type DatasetFacts, writeDataset } from './dataset-folder.ts';

/** Ids that break what pastes, splits, trims, folds, decodes or indexes by them. All different. */
export const oddDeviceIds: readonly string[] = [
  '',
  ' ',
  ' leading and trailing ',
  'tab\tnew\nline',
  'pack-1',
  'Pack-1',
  'PACK-1',
  "it's",
  'say "hello"',
  'back\\slash',
  '`backtick`',
  "'; DROP TABLE readings; --",
  '" OR 1=1 --',
  '100%',
  'percent%20encoded',
  'under_score',
  '%',
  '$device_ids',
  '{{TELEMETRY}}',
  '{"json":true}',
  '[1,2]',
  'a,b;c=d',
  'a/b',
  '../../etc/passwd',
  '?x=1&y=2#z',
  'a+b',
  '<script>alert(1)</script>',
  'NULL',
  'null',
  'undefined',
  'NaN',
  '0',
  '00',
  '1e3',
  '9007199254740993',
  '2026-03-01',
  '__proto__',
  'constructor',
  'toString',
  // The same letter, composed and decomposed.
  'caf\u00e9',
  'cafe\u0301',
  'Stra\u00dfe',
  '\u96fb\u6c60-\u4e00\u53f7',
  '\u0628\u0637\u0627\u0631\u064a\u0629',
  '\u{1f50b}',
  // One family of four code points, joined.
  '\u{1f469}\u200d\u{1f52c}\u{1f469}\u{1f3fd}',
  'zero\u200bwidth',
  '\u202eright to left',
  'no\u00a0break',
  '\uff5e',
  'long-'.padEnd(1_000, 'x'),
  `longer-${'\u{1f50b}'.repeat(5_000)}`,
];

const READINGS_EACH = 3;

/** Three hourly readings for each odd id; the voltage is 40 and the id's place in `oddDeviceIds`. */
export const oddIds = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    await write(
      'odd/ids.parquet',
      `SELECT device_id, TIMESTAMP '2026-03-01' + hour * INTERVAL 1 HOUR AS "timestamp",
         40 + place::DOUBLE AS voltage, 20::DOUBLE AS temperature, 50::DOUBLE AS soc
       FROM (SELECT unnest(ids) AS device_id, generate_subscripts(ids, 1) - 1 AS place
             FROM (SELECT from_json($ids, '["VARCHAR"]') AS ids)),
         range(${READINGS_EACH}) AS hours(hour)
       ORDER BY place, hour`,
      { ids: JSON.stringify(oddDeviceIds) },
    );
  });

export const oddIdsFacts: DatasetFacts = {
  objects: 1,
  rows: oddDeviceIds.length * READINGS_EACH,
  readings: oddDeviceIds.length * READINGS_EACH,
  devices: oddDeviceIds.length,
  quarantined: [],
};
