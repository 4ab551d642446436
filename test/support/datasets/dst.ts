import { type DatasetFacts, writeDataset } from './dataset-folder.ts';

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** One day as a zone's clocks have it. `from` and `to` are the instants at which it begins and ends. */
export interface LocalDay {
  readonly deviceId: string;
  readonly timeZone: string;
  readonly date: string;
  readonly from: string;
  readonly to: string;
  /** Four in each hour that the day has. */
  readonly readings: number;
}

/** Days that a change of the clocks makes shorter or longer, and one cut at a quarter to. */
export const localDays: readonly LocalDay[] = [
  // 23 and 25 hours.
  day('berlin', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00Z', '2026-03-29T22:00Z'),
  day('berlin', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00Z', '2026-10-25T23:00Z'),
  day('new-york', 'America/New_York', '2026-03-08', '2026-03-08T05:00Z', '2026-03-09T04:00Z'),
  day('new-york', 'America/New_York', '2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'),
  // Its clocks change by half an hour: 24.5 and 23.5 hours.
  day('lord-howe', 'Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00Z', '2026-04-05T13:30Z'),
  day('lord-howe', 'Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30Z', '2026-10-04T13:00Z'),
  // UTC+05:45 all year.
  day('kathmandu', 'Asia/Kathmandu', '2026-03-29', '2026-03-28T18:15Z', '2026-03-29T18:15Z'),
];

/** Readings before and after each of the days, so that a wrong cut takes in too many or too few. */
const MARGIN_MS = DAY_MS;

/** Readings at every quarter of an hour from a day before each of `localDays` to a day after it, one object for each. */
export const dst = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    for (const { deviceId, date, from, to } of localDays) {
      await write(
        `${deviceId}/${date}.parquet`,
        `SELECT $device AS device_id, "timestamp", 44 + bits % 1300 / 100 AS voltage,
           -10 + (bits >> 12) % 6000 / 100 AS temperature, (bits >> 28) % 10001 / 100 AS soc
         FROM (
           SELECT "timestamp", hash($device, "timestamp") AS bits
           FROM (SELECT unnest(range($from::TIMESTAMP, $to::TIMESTAMP, INTERVAL 15 MINUTE)) AS "timestamp")
         )
         ORDER BY "timestamp"`,
        {
          device: deviceId,
          from: new Date(Date.parse(from) - MARGIN_MS).toISOString(),
          to: new Date(Date.parse(to) + MARGIN_MS).toISOString(),
        },
      );
    }
  });

function day(deviceId: string, timeZone: string, date: string, from: string, to: string): LocalDay {
  return { deviceId, timeZone, date, from, to, readings: (Date.parse(to) - Date.parse(from)) / QUARTER_MS };
}

const rows = localDays.reduce((sum, { readings }) => sum + readings + (2 * MARGIN_MS) / QUARTER_MS, 0);

export const dstFacts: DatasetFacts = {
  objects: localDays.length,
  rows,
  readings: rows,
  devices: new Set(localDays.map(({ deviceId }) => deviceId)).size,
  quarantined: [],
};
