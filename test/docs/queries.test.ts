import { expect, test } from 'vitest';
import { describeProblem } from '../../src/catalog/query-problem.ts';
import { mapType } from '../../src/catalog/row-type.ts';
import { loadTexts } from '../support/own-queries.ts';
import { codeBlocks, readText, section, tableRows } from './markdown.ts';

const tutorial = readText('docs/QUERIES.md');
const examples = [
  ...codeBlocks(tutorial, 'sql'),
  ...codeBlocks(section(readText('README.md'), 'Adding a query'), 'sql'),
];

test('every query in the documents is one that works', async () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const example of examples) {
    const { problems, files } = await loadTexts({ 'example.sql': example });
    expect(problems.map(describeProblem), example).toEqual([]);
    expect(files[0]?.query.columns?.length).toBeGreaterThan(0);
  }
});

test('the tutorial tells every key of the front matter, and of parameters', async () => {
  const { problems } = await loadTexts({
    'q.sql':
      '-- ---\n-- no_such_key: 1\n-- parameters: { a: { type: Int, no_such_key: 1 } }\n-- ---\nSELECT $a AS a',
  });
  const keys = problems.flatMap(
    ({ message }) => /expected one of (.*), but got/.exec(message)?.[1]?.split(', ') ?? [],
  );
  expect(keys.length).toBeGreaterThan(10);
  const told = section(tutorial, 'Front matter');
  for (const key of keys) expect(told).toMatch(new RegExp(`\`${key}\\b`));
});

test('the table of types is the one that answers follow', () => {
  const rows = tableRows(section(tutorial, 'Types')).flatMap(([types = '', scalar = '']) =>
    types
      .split(/,| of any unit| of up| and so/)
      .map((type) => type.trim())
      .filter((type) => /^[A-Z]+$/.test(type))
      .map((type) => [type, scalar.replaceAll('`', '')] as const),
  );
  const plain = rows.filter(
    ([type, scalar]) => /^[A-Z]\w+$/.test(scalar) && type !== 'ENUM' && type !== 'DECIMAL',
  );
  expect(plain.length).toBeGreaterThan(18);
  for (const [type, scalar] of plain)
    expect([type, mapType(type).value]).toEqual([type, { kind: 'scalar', scalar }]);
  expect(mapType('DECIMAL(15,2)').value).toEqual({ kind: 'scalar', scalar: 'Float' });
  expect(mapType('DECIMAL(16,2)').value).toEqual({ kind: 'scalar', scalar: 'Decimal' });
});
