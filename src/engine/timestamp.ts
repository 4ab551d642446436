const DAY_MS = 86_400_000;

/** The largest instant that JavaScript's Date can hold, in milliseconds: ±100 million days. */
const DATE_LIMIT_MS = 8_640_000_000_000_000;

/**
 * RFC 3339 text in UTC of an instant, with as many fractional digits as it needs and at least 3:
 * `2026-01-01T00:00:00.000Z`, `2026-01-01T00:00:00.000001Z`.
 *
 * @param ticks since 1970-01-01T00:00:00Z
 * @param perSecond 1, 1,000, 1,000,000 or 1,000,000,000
 * @returns null for an instant past what a Date can hold, and so for the engine's infinities.
 */
export function formatInstant(ticks: bigint, perSecond: bigint): string | null {
  const perMilli = perSecond / 1000n;
  if (perMilli === 0n) return formatInstant(ticks * 1000n, 1000n);
  let millis = ticks / perMilli;
  let rest = ticks % perMilli;
  if (rest < 0n) {
    millis -= 1n;
    rest += perMilli;
  }
  const date = Number(millis);
  if (Math.abs(date) > DATE_LIMIT_MS) return null;
  const text = new Date(date).toISOString();
  if (rest === 0n) return text;
  const digits = rest
    .toString()
    .padStart(perMilli.toString().length - 1, '0')
    .replace(/0+$/, '');
  return `${text.slice(0, -1)}${digits}Z`;
}

/**
 * `YYYY-MM-DD` of a day.
 * @param days since 1970-01-01
 * @returns null for a day past what a Date can hold, and so for the engine's infinities.
 */
export function formatDay(days: number): string | null {
  const date = days * DAY_MS;
  if (Math.abs(date) > DATE_LIMIT_MS) return null;
  const text = new Date(date).toISOString();
  return text.slice(0, text.indexOf('T'));
}

/** The way back from `formatInstant`. @returns microseconds since 1970-01-01T00:00:00Z; further digits are cut */
export function parseInstant(text: string): bigint {
  const [, toSeconds = text, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? [];
  return BigInt(Date.parse(`${toSeconds}Z`)) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** The way back from `formatDay`. @returns days since 1970-01-01 */
export function parseDay(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / DAY_MS;
}
