import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/environment.ts';
import { codeSpan, readText, section, tableRows } from './markdown.ts';

const rows = tableRows(section(readText('README.md'), 'Configuration'));
const documented = new Map(
  rows.flatMap(([name, standard]) => {
    const setting = codeSpan(name);
    return setting === undefined ? [] : [[setting, codeSpan(standard)]];
  }),
);
const example = parseEnv(readText('.env.example').replaceAll(/^# (?=[A-Z0-9_]+=)/gm, ''));

test('the README has one row for each setting, and none for anything else', () => {
  expect([...documented.keys()].toSorted()).toEqual(SETTINGS.toSorted());
  // The AWS SDK and OpenTelemetry have one row each for all of theirs.
  expect(rows).toHaveLength(SETTINGS.length + 2);
});

test('.env.example has each setting, commented out, and none else', () => {
  expect(Object.keys(example).toSorted()).toEqual(SETTINGS.toSorted());
  expect(parseEnv(readText('.env.example'))).toEqual({});
});

test('the defaults that the documents tell are the defaults', () => {
  // Whether STATE_DIR is set is a fact of its own; where the sample lies tells its default.
  expect(loadConfig(example)).toEqual(loadConfig({ STATE_DIR: example['STATE_DIR'] }));
  expect(loadConfig(example).data).toEqual(loadConfig({}).data);
  for (const [name, standard] of documented) {
    expect(example[name], name).toBe(standard ?? '');
  }
});
