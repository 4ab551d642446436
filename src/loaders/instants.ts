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
