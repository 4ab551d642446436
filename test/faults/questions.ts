import { DAYS, keyOf, readingsOf, type State } from './lake.ts';

/** A document, and what it must answer to a state of the bucket: plain JavaScript over the same rows. */
export interface Question {
  readonly document: string;
  answer(state: State): unknown;
}

/** Each operation also tells what its snapshot leaves out: that is in no answer. */
const WITH = 'dataset { quarantined { key } }';

/** A query of the user's own, over all objects. */
export const QUERY_FILES: Readonly<Record<string, string>> = {
  'volts.sql': `SELECT device_id, count(*) AS readings, sum(voltage) AS volts
FROM {{TELEMETRY}} GROUP BY device_id ORDER BY device_id`,
};

const FROM = Date.UTC(2026, 2, 3, 20);
const TO = Date.UTC(2026, 2, 4, 4);
const RANGE = `from: "${new Date(FROM).toISOString()}", to: "${new Date(TO).toISOString()}"`;
const BUCKET_MS = 1_800_000;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function volts(state: State) {
  const byDevice = Map.groupBy(readingsOf(state), ({ deviceId }) => deviceId);
  return [...byDevice].map(([deviceId, readings]) => ({
    deviceId,
    readings: readings.length,
    volts: sum(readings.map(({ voltage }) => voltage)),
  }));
}

/** Of one device, within the range. */
function some(state: State, device: string) {
  return readingsOf(state).filter(({ deviceId, time }) => deviceId === device && time >= FROM && time < TO);
}

export const QUESTIONS = {
  /** From the rollups: asks nothing of the store. */
  summary: {
    document: `{ ${WITH} overview { totalRows deviceCount } devices(orderBy: { field: DEVICE_ID }) { edges { node { deviceId readingCount avgVoltage maxVoltage } } } }`,
    answer: (state) => ({
      overview: { totalRows: readingsOf(state).length, deviceCount: 3 },
      devices: {
        edges: volts(state).map((device) => ({
          node: {
            deviceId: device.deviceId,
            readingCount: device.readings,
            avgVoltage: device.volts / device.readings,
            maxVoltage: Math.max(
              ...readingsOf(state)
                .filter(({ deviceId }) => deviceId === device.deviceId)
                .map(({ voltage }) => voltage),
            ),
          },
        })),
      },
    }),
  },
  /** Two objects: compared one by one. */
  readings: {
    document: `{ ${WITH} device(deviceId: "pack-1") { readings(${RANGE}) { edges { node { timestamp voltage } } } } }`,
    answer: (state) => ({
      device: {
        readings: {
          edges: some(state, 'pack-1').map(({ time, voltage }) => ({
            node: { timestamp: new Date(time).toISOString(), voltage },
          })),
        },
      },
    }),
  },
  /** Finer than the rollups. */
  series: {
    document: `{ ${WITH} device(deviceId: "pack-2") { series(metrics: [VOLTAGE], ${RANGE}, bucket: "30m", aggregate: SUM, fill: NONE) { metrics { values } } } }`,
    answer: (state) => ({
      device: {
        series: {
          metrics: [
            {
              values: [
                ...Map.groupBy(some(state, 'pack-2'), ({ time }) => Math.floor(time / BUCKET_MS)).values(),
              ].map((readings) => sum(readings.map(({ voltage }) => voltage))),
            },
          ],
        },
      },
    }),
  },
  /** All objects: compared by a listing. */
  query: {
    document: `{ ${WITH} volts { rows { deviceId readings volts } } }`,
    answer: (state) => ({ volts: { rows: volts(state) } }),
  },
} satisfies Record<string, Question>;

export const SCANS = [QUESTIONS.readings, QUESTIONS.series, QUESTIONS.query];

/** The state without the objects that the answer says it leaves out. */
export function without(state: State, keys: readonly string[]): State {
  return Object.fromEntries(Object.entries(state).filter(([day]) => !keys.includes(keyOf(Number(day)))));
}

export const NEW_DAY = DAYS;
