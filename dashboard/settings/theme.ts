import { effect, signal } from '@preact/signals';
import { StoredText } from './browser-storage.ts';

const stored = new StoredText('localStorage', 'telemetry-theme');
const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const dark = matchMedia('(prefers-color-scheme: dark)');
const prefersDark = signal(dark.matches);
dark.addEventListener('change', ({ matches }) => {
  prefersDark.value = matches;
});

const storedName = stored.read();
export const theme = signal<Theme>(THEMES.find((known) => known === storedName) ?? 'system');

/** Charts are drawn anew when it changes: a canvas has no style sheet. */
export const isDark = signal(false);

effect(() => {
  isDark.value = theme.value === 'system' ? prefersDark.value : theme.value === 'dark';
  document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
});

export function chooseTheme(chosen: Theme): void {
  stored.write(chosen);
  theme.value = chosen;
}

export function nextTheme(current: Theme): Theme {
  return THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? 'system';
}
