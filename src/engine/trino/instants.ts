import { StatementFailedError } from '../../errors.ts';
import { instantAt } from './zones.ts';

/** Past the year 9999 with a sign and as many digits as it needs. */
const DATE = /^([+-]?\d{4,})-(\d\d)-(\d\d)$/;
const INSTANT = /^([+-]?\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(?: (.+))?$/;
const OFFSET = /^[+-]\d\d:\d\d(?::\d\d)?$/;
const USUAL_YEAR = /^\d{4}-/;

/** What Trino writes of an instant. The session is in UTC, and so is what has no zone. */
interface InstantParts {
  /** Of UTC, whole seconds; NaN past what a Date can hold. */
  readonly ms: number;
  /** Digits of the second's fraction, as many as the type has. */
  readonly fraction: string;
}

/**
 * RFC 3339 in UTC, with as many digits as it needs and at least 3.
 * @returns null for an instant past what a Date can hold
 * @throws StatementFailedError for a time that clocks of its zone show twice
 */
export function instantText(text: string): string | null {
  const { ms, fraction } = partsOf(text);
  if (Number.isNaN(ms)) return null;
  const digits = fraction.replace(/0+$/, '').padEnd(3, '0');
  return `${new Date(ms).toISOString().slice(0, -'.000Z'.length)}.${digits}Z`;
}

/**
 * Microseconds since 1970-01-01T00:00:00Z; further digits are cut.
 * @returns null for an instant past what a Date can hold
 * @throws StatementFailedError for a time that clocks of its zone show twice
 */
export function instantMicros(text: string): bigint | null {
  const { ms, fraction } = partsOf(text);
  if (Number.isNaN(ms)) return null;
  return BigInt(ms) * 1_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** `YYYY-MM-DD`, as it came for all years of four digits. @returns null for a day past what a Date can hold */
export function dayText(text: string): string | null {
  if (USUAL_YEAR.test(text)) return text;
  const ms = dayMs(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** Days since 1970-01-01. @returns null for a day past what a Date can hold */
export function dayNumber(text: string): number | null {
  const ms = dayMs(text);
  return Number.isNaN(ms) ? null : ms / 86_400_000;
}

function partsOf(text: string): InstantParts {
  const [, date, time, fraction = '', zone = 'UTC'] = INSTANT.exec(text) ?? [];
  if (date === undefined || time === undefined) {
    throw new StatementFailedError('expected an instant as Trino writes it, but got another text');
  }
  const wallMs = dayMs(date) + Date.parse(`1970-01-01T${time}Z`);
  if (zone === 'UTC' || zone === 'Z' || Number.isNaN(wallMs)) return { ms: wallMs, fraction };
  const ms = OFFSET.test(zone) ? wallMs - offsetMs(zone) : instantAt(wallMs, zone);
  if (ms === undefined) {
    throw new StatementFailedError(
      `expected instants that their text tells, but got one that clocks in ${zone} show twice. Have the statement give it in UTC: at_timezone(value, 'UTC')`,
    );
  }
  return { ms, fraction };
}

function dayMs(text: string): number {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return Date.parse(`${expanded(Number(year))}-${month}-${day}T00:00:00Z`);
}

/** As ECMAScript has years: of four digits, or of six with a sign. */
function expanded(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0');
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
}

function offsetMs(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.slice(1).split(':').map(Number);
  const ms = hours * 3_600_000 + minutes * 60_000 + seconds * 1_000;
  return text.startsWith('-') ? -ms : ms;
}
