import { signal } from '@preact/signals';
import { isPage } from './routes.ts';

export interface Place {
  readonly path: string;
  readonly search: URLSearchParams;
}

function here(): Place {
  return { path: window.location.pathname, search: new URLSearchParams(window.location.search) };
}

/** The address of the page: all that a link to what is seen has to say. */
export const location = signal<Place>(here());
/** Counts the pages that were gone to, so that each begins at its heading. */
export const arrivals = signal(0);

function navigate(href: string): void {
  window.history.pushState(null, '', href);
  location.value = here();
  arrivals.value += 1;
}

/** @param replace nothing to come back to, as for each step of a zoom */
export function changeSearch(change: (search: URLSearchParams) => void, { replace = false } = {}): void {
  const search = new URLSearchParams(window.location.search);
  change(search);
  const href = `${window.location.pathname}${search.size === 0 ? '' : `?${search}`}`;
  window.history[replace ? 'replaceState' : 'pushState'](null, '', href);
  location.value = here();
}

/** Links between pages keep the time zone. */
export function withZone(href: string): string {
  const zone = location.value.search.get('tz');
  if (zone === null) return href;
  const [path = '', search = ''] = href.split('?');
  const kept = new URLSearchParams(search);
  kept.set('tz', zone);
  return `${path}?${kept}`;
}

/** Takes over clicks on links to pages, and the buttons Back and Forward. */
export function followLinks(): void {
  window.addEventListener('popstate', () => {
    const { path } = location.value;
    location.value = here();
    // Another order or filter of a list is the same page: one stays where one is.
    if (location.value.path !== path) arrivals.value += 1;
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== window.location.origin || !isPage(link.pathname) || link.hash !== '') return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
