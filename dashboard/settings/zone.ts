import { computed } from '@preact/signals';
import { changeSearch, location } from '../navigation/location.ts';
import { isZone } from '../text/instant.ts';
import { StoredText } from './browser-storage.ts';

const chosen = new StoredText('localStorage', 'telemetry-time-zone');
const USUAL = 'UTC';

export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that times are shown in and days are cut in: the address has it, so that a link shows the same days. */
export const zone = computed(() => named(location.value.search) ?? USUAL);

/**
 * Puts the zone that was chosen at another time into an address that names none, and the usual one too: who gets the link may have
 * chosen another, and is to see the same.
 */
export function addressZone(): void {
  if (named(location.value.search) !== undefined) return;
  const stored = chosen.read();
  const name = stored !== null && isZone(stored) ? stored : USUAL;
  changeSearch((search) => search.set('tz', name), { replace: true });
}

export function chooseZone(name: string): void {
  chosen.write(name);
  changeSearch((search) => search.set('tz', name));
}

function named(search: URLSearchParams): string | undefined {
  const name = search.get('tz');
  return name !== null && isZone(name) ? name : undefined;
}

/** The usual ones first, then all that the browser knows. */
export function zones(): string[] {
  return [...new Set([USUAL, browserZone, ...Intl.supportedValuesOf('timeZone')])];
}
