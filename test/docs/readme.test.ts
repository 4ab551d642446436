import { GraphQLScalarType, isSpecifiedScalarType, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/http/rest/openapi.ts';
import { ownQueries, ownSchema } from '../support/own-queries.ts';
import { ERROR_CODES } from './error-codes.ts';
import { codeBlocks, codeSpan, readText, section, tableRows } from './markdown.ts';

const readme = readText('README.md');
const schema = await ownSchema();
const openApi = openApiDocument('0', await ownQueries());

test('the README tells every error code with its status, and no other', () => {
  const told = tableRows(section(readme, 'Errors')).map(([code, status]) => [codeSpan(code), Number(status)]);
  expect(Object.fromEntries(told)).toEqual(ERROR_CODES);
});

test('the README tells every path of the OpenAPI document, and GraphQL', () => {
  const cells = tableRows(section(readme, 'REST')).map(([path]) => path);
  for (const path of [...Object.keys(openApi.paths ?? {}), '/graphql', '/docs', '/openapi.json']) {
    expect(cells.join(' ')).toContain(`\`${path}\``);
  }
});

test('the README tells every parameter of REST', () => {
  const told = new Map(tableRows(section(readme, 'REST')).map(([path, names]) => [codeSpan(path), names]));
  for (const [path, item] of Object.entries(openApi.paths ?? {})) {
    for (const parameter of item?.get?.parameters ?? []) {
      const name = 'name' in parameter ? parameter.name : '';
      expect(told.get(path), path).toContain(`\`${name}\``);
    }
  }
});

test('the GraphQL examples fit the schema', () => {
  const examples = codeBlocks(readme, 'graphql');
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(validate(schema, parse(example)), example).toEqual([]);
});

test('each field of Query has an example', () => {
  const examples = codeBlocks(readme, 'graphql').join('\n');
  for (const field of Object.keys(schema.getQueryType()?.getFields() ?? {})) {
    expect(examples).toMatch(new RegExp(`^  ${field}\\b`, 'm'));
  }
});

test('the IAM policy in the README is the one in the file, and grants reading only', () => {
  const policy = JSON.parse(readText('docs/iam-policy.json'));
  const shown = codeBlocks(section(readme, 'IAM policy'), 'json').map((block) => JSON.parse(block));
  expect(shown).toEqual([policy]);
  const actions = policy.Statement.map((statement: { Action: string }) => statement.Action);
  expect(actions).toEqual(['s3:ListBucket', 's3:GetObject']);
});

test('JSON blocks are JSON', () => {
  for (const block of codeBlocks(readme, 'json')) expect(() => JSON.parse(block), block).not.toThrow();
});

test('the command that runs the tests stands alone in its block', () => {
  expect(codeBlocks(section(readme, 'Tests'), 'sh')).toEqual(['npm ci && npm test\n']);
});

test('each recipe for a typed client knows each scalar of the schema, and no other', () => {
  const scalars = Object.values(schema.getTypeMap())
    .filter((type) => type instanceof GraphQLScalarType && !isSpecifiedScalarType(type))
    .map(({ name }) => name)
    .toSorted();
  expect(scalars).toContain('TimeColumn');
  const clients = section(readme, 'Typed clients');
  const [preset = '', tada = ''] = codeBlocks(clients, 'ts');
  const [relay = ''] = codeBlocks(clients, 'json');
  const recipes = { preset, tada, relay, frontend: readText('examples/vercel-frontend/codegen.ts') };
  for (const [name, recipe] of Object.entries(recipes)) {
    const [, types = ''] = /(?:scalars|"customScalarTypes"): \{([^}]*)\}/.exec(recipe) ?? [];
    const known = [...types.matchAll(/^ *"?(\w+)"?:/gm)].map(([, scalar]) => scalar);
    expect(known.toSorted(), name).toEqual(scalars);
  }
});
