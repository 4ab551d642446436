import { computed } from '@preact/signals';
import { changeSearch, location } from '../navigation/location.ts';
import { isZone } from '../text/instant.ts';

const STORED = 'telemetry-time-zone';

export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that times are shown in and days are cut in: the address has it, so that a link shows the same days. */
export const zone = computed(() => {
  const named = location.value.search.get('tz');
  if (named !== null && isZone(named)) return named;
  const stored = localStorage.getItem(STORED);
  return stored !== null && isZone(stored) ? stored : 'UTC';
});

export function chooseZone(name: string): void {
  localStorage.setItem(STORED, name);
  changeSearch((search) => search.set('tz', name));
}

/** The usual ones first, then all that the browser knows. */
export function zones(): string[] {
  return [...new Set(['UTC', browserZone, ...Intl.supportedValuesOf('timeZone')])];
}
