/** Instants and days as a time zone has them. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${zone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
  formats.set(key, made);
  return made;
}

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** `30 Nov 2026, 00:59` */
export function instant(at: string | number | Date, zone: string): string {
  return format(zone, 'instant', { ...DAY, ...CLOCK }).format(new Date(at));
}

/** The same with seconds, for readings. */
export function exactInstant(at: string | number | Date, zone: string): string {
  return format(zone, 'exact', { ...DAY, ...CLOCK, second: '2-digit' }).format(new Date(at));
}

/** What an axis shows at its ticks, which are `stepSeconds` apart: a year, a month, a day or a time of day. */
export function tick(at: number, stepSeconds: number, zone: string): string {
  const date = new Date(at);
  if (stepSeconds >= 300 * 86_400) return format(zone, 'year', { year: 'numeric' }).format(date);
  if (stepSeconds >= 28 * 86_400)
    return format(zone, 'month', { month: 'short', year: 'numeric' }).format(date);
  const day = format(zone, 'day', { day: 'numeric', month: 'short' });
  if (stepSeconds >= 86_400) return day.format(date);
  const clock =
    stepSeconds < 60
      ? format(zone, 'seconds', { ...CLOCK, second: '2-digit' }).format(date)
      : format(zone, 'minutes', CLOCK).format(date);
  return /^00:00(:00)?$/.test(clock) ? day.format(date) : clock;
}

/** A day of the calendar, which has no zone any more: `Mon 30 Nov 2026`. */
export function day(date: string): string {
  return format('UTC', 'weekday', { ...DAY, weekday: 'short' })
    .format(new Date(`${date}T00:00:00Z`))
    .replace(',', '');
}

/** How far a zone is from UTC at an instant: `UTC+01:00`. */
export function offset(zone: string, at: Date): string {
  const part = format(zone, 'offset', { timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return (part ?? '').replace('GMT', 'UTC');
}

const WEEK_MS = 7 * 86_400_000;

/** Whether a zone's clocks are changed between two instants, in ms: then one time of day may stand for two of them. */
export function changesClocks(zone: string, from: number, to: number): boolean {
  const first = offset(zone, new Date(from));
  const differs = (at: number) => offset(zone, new Date(at)) !== first;
  // No zone puts its clocks forward and back within a week.
  for (let at = from + WEEK_MS; at < to; at += WEEK_MS) if (differs(at)) return true;
  return differs(to);
}

/** As `exactInstant`, with the offset where clocks are changed: `25 Oct 2026, 02:30:00 UTC+02:00` */
export function distinctInstant(at: number, zone: string, areClocksChanged: boolean): string {
  const written = exactInstant(at, zone);
  return areClocksChanged ? `${written} ${offset(zone, new Date(at))}` : written;
}

/** From when to when, and by which clock: `30 Mar 2026, 00:00 to 31 Mar 2026, 00:00, Europe/Berlin (UTC+02:00)` */
export function stretch(from: number, to: number, zone: string): string {
  const [first, last] = [instant(from, zone), instant(to, zone)];
  if (zone === 'UTC') return `${first} to ${last}, UTC`;
  const [atFirst, atLast] = [offset(zone, new Date(from)), offset(zone, new Date(to))];
  return atFirst === atLast
    ? `${first} to ${last}, ${zone} (${atFirst})`
    : `${first} (${atFirst}) to ${last} (${atLast}), ${zone}`;
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
