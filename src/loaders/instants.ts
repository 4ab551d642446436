import { formatInstant, parseInstant } from '../engine/timestamp.ts';

/** Since 1970, with a fraction for the microseconds. */
export function millisOf(instant: string): number {
  return Number(parseInstant(instant)) / 1_000;
}

/** The next one that the engine can tell apart. */
export function justAfter(instant: string): string {
  return formatInstant(parseInstant(instant) + 1n, 1_000_000n) ?? instant;
}

/** Instants in UTC compare as text once they have equally many digits. */
export function comparable(instant: string): string {
  const [seconds = '', fraction = ''] = instant.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

/** The latest of those that are there. */
export function latest(...instants: readonly (string | null)[]): string | null {
  return instants.reduce(
    (a, b) => (a === null || (b !== null && comparable(b) > comparable(a)) ? b : a),
    null,
  );
}

/** The earliest of those that are there. */
export function earliest(...instants: readonly (string | null)[]): string | null {
  return instants.reduce(
    (a, b) => (a === null || (b !== null && comparable(b) < comparable(a)) ? b : a),
    null,
  );
}

const DAY_MS = 86_400_000;

/**
 * Writes instants as `Row` has them, from whole milliseconds since 1970 and the microseconds beyond. The day is written once
 * for the rows that share it: of a long page, dates made one by one would take longer than the statement's rows.
 */
export function instantWriter(): (millis: number, micros: number) => string {
  let day = Number.NaN;
  let date = '';
  return (millis, micros) => {
    const itsDay = Math.floor(millis / DAY_MS);
    if (itsDay !== day) {
      day = itsDay;
      date = new Date(day * DAY_MS).toISOString().slice(0, 11);
    }
    const ms = millis - day * DAY_MS;
    const seconds = Math.floor(ms / 1000);
    const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const beyond = micros === 0 ? '' : three(micros).replace(/0+$/, '');
    return `${date}${time}.${three(ms % 1000)}${beyond}Z`;
  };
}

const two = (number: number) => (number < 10 ? `0${number}` : `${number}`);
const three = (number: number) => (number < 100 ? `0${two(number)}` : `${number}`);
