import type { ColumnKind } from '../engine/column-batch.ts';
import { formatDay, formatInstant } from '../engine/timestamp.ts';

const DAY_SECONDS = 86_400;
/** Instants up to here are whole microseconds as a number: to the year 2255. */
const EXACT_MICROS = BigInt(Number.MAX_SAFE_INTEGER);
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/**
 * A writer of instants as `formatInstant` writes them. Rows of a day follow each other, so it keeps the text of the last
 * day: with `Date` an instant takes several times as long.
 */
function instantWriter(): (micros: bigint) => string {
  let lastDay = Number.NaN;
  let lastText = '';
  return (value) => {
    if (value > EXACT_MICROS || value < -EXACT_MICROS) return formatInstant(value, 1_000_000n) ?? '';
    const micros = Number(value);
    const seconds = Math.floor(micros / 1e6);
    const day = Math.floor(seconds / DAY_SECONDS);
    if (day !== lastDay) {
      lastDay = day;
      lastText = `${formatDay(day)}T`;
    }
    const rest = seconds - day * DAY_SECONDS;
    const minutes = Math.floor(rest / 60);
    const hours = Math.floor(minutes / 60);
    const fraction = micros - seconds * 1e6;
    const clock = `${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes - hours * 60]}:${TWO_DIGITS[rest - minutes * 60]}`;
    return `${lastText}${clock}.${fractionText(fraction)}Z`;
  };
}

function fractionText(micros: number): string {
  const millis = micros / 1000;
  if (Number.isInteger(millis)) return millis === 0 ? '000' : String(millis).padStart(3, '0');
  return String(micros).padStart(6, '0').replace(/0+$/, '');
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}

/**
 * How the values of a column are written as text, null apart: the same in CSV as in JSON, where text is in quotes.
 * Made anew for each table, since writers of instants remember a day.
 */
export function textWriter(kind: ColumnKind): (value: unknown) => string {
  if (kind === 'instant') return instantWriter() as (value: unknown) => string;
  if (kind === 'date') return (value) => formatDay(value as number) ?? '';
  if (kind === 'nested') return jsonText;
  return String;
}
