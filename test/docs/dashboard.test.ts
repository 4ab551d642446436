import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { RULES, STATE_TEXTS } from '../../dashboard/telemetry/states.ts';
import { ROOT, readText, section, tableRows } from './markdown.ts';

const told = section(readText('README.md'), 'Dashboard');

test('each picture is shown, and takes at most 150 kB', () => {
  const shown = [...told.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, file]) => file ?? '');
  const there = readdirSync(path.join(ROOT, 'docs/images')).map((name) => `docs/images/${name}`);
  expect(shown.toSorted()).toEqual(there.toSorted());
  for (const file of there) {
    expect([file, statSync(path.join(ROOT, file)).size <= 150_000]).toEqual([file, true]);
  }
});

test('each picture says what it shows', () => {
  for (const [image] of told.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/alt="[^"]{15,}"/);
});

test('the README tells the rules of the states as the page does', () => {
  const rules = new Map(tableRows(told).map(([state, rule]) => [state, rule]));
  expect([...rules.keys()]).toEqual(Object.keys(STATE_TEXTS));
  for (const [state, figure] of [
    ['silent', RULES.silentHours],
    ['hot', RULES.hotTemperature],
    ['low', RULES.lowSoc],
    ['charging', RULES.chargingPerHour],
  ] as const) {
    expect(rules.get(state)).toMatch(new RegExp(`\\b${figure}\\b`));
  }
});
