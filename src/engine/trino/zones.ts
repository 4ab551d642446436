const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The instant at which the clocks of a zone show a time.
 * @param wallMs that time, in milliseconds since 1970 as if it were UTC
 * @returns undefined where they show it twice, or never
 * @throws RangeError for a zone that this runtime does not know
 */
export function instantAt(wallMs: number, zone: string): number | undefined {
  const offsets = new Set([offsetMs(wallMs - DAY_MS, zone), offsetMs(wallMs + DAY_MS, zone)]);
  const instants = [...offsets]
    .map((offset) => ({ instant: wallMs - offset, offset }))
    .filter(({ instant, offset }) => offsetMs(instant, zone) === offset);
  return instants.length === 1 ? instants[0]?.instant : undefined;
}

/** East of UTC. */
function offsetMs(instant: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? [];
  const offset = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
  return sign === '-' ? -offset : offset;
}
