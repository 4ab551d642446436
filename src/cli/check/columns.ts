import { deviceInKey, METRICS, type ReadingSchema } from '../../dataset/reading-schema.ts';
import { distance } from './distance.ts';

const NEEDED = ['device_id', 'timestamp', ...METRICS] as const;
type Needed = (typeof NEEDED)[number];

/** What else producers call them, in small letters alone. */
const ALSO_CALLED: Readonly<Record<Needed, RegExp>> = {
  device_id:
    /^(device|deviceid|deviceuuid|devicename|id|pack|packid|battery|batteryid|asset|assetid|sensor|sensorid|serial|serialnumber|vin)$/,
  timestamp:
    /^(time|ts|date|datetime|timestamp(ms|utc|us|ns)|eventtime|event(time)?stamp|recordedat|createdat|measuredat|at)$/,
  voltage: /^(v|volt|volts|voltagev|packvoltage|batteryvoltage|u)$/,
  temperature: /^(t|temp|temps|tempc|celsius|temperaturec|packtemperature|batterytemperature)$/,
  soc: /^(stateofcharge|charge|chargelevel|socpercent|socpct|batterylevel|level)$/,
};
const MISSPELT = 2;

/** The types of the five columns, and what becomes of times. */
export function describeColumns(
  columns: ReadonlyMap<string, string>,
  device: ReadingSchema['device'],
): string {
  const told = NEEDED.map((name) => {
    if (name === 'device_id' && device === 'key') return 'device_id in the key';
    return `${name} ${columns.get(name)}`;
  });
  return `${told.join(', ')}; ${zoneOf(columns.get('timestamp') ?? '')}`;
}

function zoneOf(type: string): string {
  if (type.endsWith('_UTC')) return 'its times are instants of UTC';
  return 'its times name no zone, and are taken as UTC';
}

/**
 * What the producer of an object would have to change about its columns.
 * @param columns their types, by their names in lower case; none: the file is no Parquet file, or damaged
 */
export function columnAdvice(columns: ReadonlyMap<string, string>, key: string): string {
  if (columns.size === 0) return 'write it again, or take it away: until then it is left out of all answers';
  const missing = NEEDED.filter(
    (name) => !columns.has(name) && !(name === 'device_id' && deviceInKey(key) !== undefined),
  );
  if (missing.length === 0) {
    return 'write it again with text, a UUID or a whole number as device_id, a timestamp (not text, not a number) as timestamp, and numbers as voltage, temperature and soc';
  }
  const free = [...columns.keys()].filter((name) => !NEEDED.some((needed) => needed === name));
  const renames = missing.flatMap((name) => {
    const called = free.find((column) => isCalled(column, name));
    return called === undefined ? [] : [`${called} to ${name}`];
  });
  const others = missing.filter((name) => !renames.some((rename) => rename.endsWith(` ${name}`)));
  return [
    ...(renames.length === 0 ? [] : [`rename ${renames.join(', ')}`]),
    ...(others.length === 0 ? [] : [`add ${others.join(', ')}`]),
  ].join('; ');
}

function isCalled(column: string, needed: Needed): boolean {
  const plain = column.replaceAll(/[^a-z0-9]/g, '');
  const wanted = needed.replaceAll('_', '');
  return (
    plain === wanted ||
    ALSO_CALLED[needed].test(plain) ||
    distance(plain, wanted) <= MISSPELT - Number(wanted.length < 5)
  );
}
