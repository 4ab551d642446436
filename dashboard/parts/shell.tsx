import type { ComponentChildren } from 'preact';
import { service } from '../data/service.ts';
import { credential, signOut } from '../data/session.ts';
import { withZone } from '../navigation/location.ts';
import { DATA, FLEET, QUERIES, type Route } from '../navigation/routes.ts';
import { chooseTheme, nextTheme, type Theme, theme } from '../settings/theme.ts';
import { browserZone, chooseZone, zone, zones } from '../settings/zone.ts';
import { Icon, type IconName } from './icons.tsx';
import { SnapshotBar } from './snapshot-bar.tsx';

const PAGES = [
  { label: 'Fleet', href: FLEET, views: ['fleet', 'device'] },
  { label: 'Data', href: DATA, views: ['data'] },
  { label: 'Queries', href: QUERIES, views: ['queries'] },
];

export function Shell({ route, children }: { readonly route: Route; readonly children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <div class="top-inner">
          <a class="brand" href={withZone(FLEET)}>
            <img src="/dashboard/icon.svg" alt="" width="28" height="28" />
            <span>Telemetry</span>
          </a>
          <nav aria-label="Pages">
            {PAGES.map(({ label, href, views }) => (
              <a
                key={label}
                href={withZone(href)}
                {...(views.includes(route.view) ? { 'aria-current': 'page' as const } : {})}
              >
                {label}
              </a>
            ))}
          </nav>
          <div class="top-settings">
            <ZoneChoice />
            <ThemeButton />
            {credential.value !== null && (
              <button
                type="button"
                class="button button-quiet"
                onClick={() => signOut('The key of this tab is forgotten.')}
              >
                <Icon name="key" />
                Forget key
              </button>
            )}
          </div>
        </div>
      </header>
      <SnapshotBar />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Footer />
    </>
  );
}

function ZoneChoice() {
  const all = zones();
  const usual = [...new Set(['UTC', browserZone, zone.value])];
  return (
    <label class="field-inline">
      <span class="visually-hidden">Time zone</span>
      <select value={zone.value} onChange={(event) => chooseZone(event.currentTarget.value)}>
        <optgroup label="Usual">
          {usual.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </optgroup>
        <optgroup label="All">
          {all
            .filter((name) => !usual.includes(name))
            .map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </optgroup>
      </select>
    </label>
  );
}

const THEME_TEXTS: Readonly<Record<Theme, { readonly label: string; readonly icon: IconName }>> = {
  system: { label: 'Colours: as the system', icon: 'system' },
  light: { label: 'Colours: light', icon: 'sun' },
  dark: { label: 'Colours: dark', icon: 'moon' },
};

function ThemeButton() {
  const { label, icon } = THEME_TEXTS[theme.value];
  return (
    <button
      type="button"
      class="button button-quiet button-icon"
      title={label}
      onClick={() => chooseTheme(nextTheme(theme.value))}
    >
      <Icon name={icon} />
      <span class="visually-hidden">{label}. Change</span>
    </button>
  );
}

function Footer() {
  return (
    <footer class="bottom">
      <p>
        This page is a client of the <strong>telemetry analytics API</strong> {service.version}: every figure
        on it can be asked for.
      </p>
      <ul>
        {service.graphql === 'graphiql' && (
          <li>
            <a href="/graphql">GraphiQL</a>
          </li>
        )}
        <li>
          <a href="/docs">REST documentation</a>
        </li>
        <li>
          <a href="/openapi.json">OpenAPI</a>
        </li>
        <li>
          <a href="/health">Health</a>
        </li>
        <li>
          <a href="/ready">Readiness</a>
        </li>
      </ul>
    </footer>
  );
}
