import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getIntrospectionQuery, Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { checkDocument, DOCUMENT_LIMITS } from '../../src/http/document-limits/check-document.ts';
import { checkText } from '../../src/http/document-limits/text.ts';
import { codeBlocks, readText } from '../docs/markdown.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { refusedFast } from '../support/refused-fast.ts';

const { document: limits } = loadConfig({}).limits;

const repeat = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

/** Each fragment spreads the next one twice: the last one's field comes 2^count times. */
const bomb = (count: number, query = '{ ...F0 }') =>
  `${query} ${repeat(count, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} fragment F${count} on Query { overview { totalRows } }`;

const nested = (depth: number) => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`;

describe('counts, fragments put in place', () => {
  const counts = (text: string) => {
    const document = parse(text);
    return Object.fromEntries(
      Object.entries(DOCUMENT_LIMITS).map(([name, { count }]) => [name, count(document)]),
    );
  };

  test.each([
    ['{ a }', { depth: 1, rootFields: 1, aliases: 0, directives: 0, fields: 1 }],
    [
      '{ a { b { c } d } x: e @skip(if: true) }',
      { depth: 3, rootFields: 2, aliases: 1, directives: 1, fields: 5 },
    ],
    [
      '{ ... @include(if: true) { a } ... on T { b { c } } }',
      { depth: 2, rootFields: 2, aliases: 0, directives: 1, fields: 3 },
    ],
    [
      '{ ...F ...F a { ...F } } fragment F on T { x: b { c } }',
      { depth: 3, rootFields: 3, aliases: 3, directives: 0, fields: 7 },
    ],
    ['query A { a } query B { a b }', { depth: 1, rootFields: 2, aliases: 0, directives: 0, fields: 2 }],
    ['{ a } fragment F on T { b c: d }', { depth: 1, rootFields: 1, aliases: 1, directives: 0, fields: 2 }],
    [
      '{ ...F } fragment F on T { a ...G } fragment G on T { b ...F }',
      { depth: 1, rootFields: 2, aliases: 0, directives: 0, fields: 2 },
    ],
    ['{ ...Unknown a }', { depth: 1, rootFields: 1, aliases: 0, directives: 0, fields: 1 }],
  ])('%s', (text, expected) => {
    expect(counts(text)).toMatchObject(expected);
  });

  test('a fragment bomb is counted without being set off', () => {
    expect(counts(bomb(30))).toMatchObject({ fields: 2 ** 31, rootFields: 2 ** 30, depth: 2 });
  });
});

describe('what is asked for in earnest passes', () => {
  const documents = ['src', 'test', 'docs'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.graphql') && !file.includes('schema.graphql'))
      .map((file) => path.join(folder, file)),
  );
  const everyOption = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  test.each<readonly [string, string]>([
    ['introspection', getIntrospectionQuery()],
    ['introspection with every option', everyOption],
    ...documents.map((file) => [file, readFileSync(file, 'utf8')] as const),
    ...codeBlocks(readText('README.md'), 'graphql').map((text) => [text.slice(0, 40), text] as const),
  ])('%s', (_, text) => {
    checkText(text, limits.tokens);
    const document = parse(text);
    checkDocument(document, limits);
    // With room to grow.
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (operations.length > 0) expect(DOCUMENT_LIMITS.fields.count(document)).toBeLessThan(limits.fields / 2);
  });

  test('there are documents', () => {
    expect(documents.length).toBeGreaterThan(8);
  });
});

describe('what is too much', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await appOver('plain');
    await app.ask('{ overview { totalRows } }');
  });
  afterAll(() => app.close());

  test.each([
    ['documentTokens', limits.tokens, limits.tokens + 1, `{ ${repeat(5_001, () => 'a:b')} }`],
    [
      'documentTokens',
      limits.tokens,
      limits.tokens + 1,
      `{ ${repeat(10_000, (index) => `a${index}: overview { totalRows }`)} }`,
    ],
    ['documentTokens', limits.tokens, limits.tokens + 1, `{ ${repeat(340_000, () => 'a')} }`],
    ['documentTokens', limits.tokens, limits.tokens + 1, `{ a(b: [${'1 '.repeat(300_000)}]) }`],
    ['documentNesting', 200, 201, nested(20_000)],
    ['documentNesting', 200, 201, `{ a(b: ${'['.repeat(3_000)}${']'.repeat(3_000)}) }`],
    ['documentNesting', 200, 201, `{ a(b: ${'{b: '.repeat(2_000)}1${'}'.repeat(2_000)}) }`],
    [
      'documentNesting',
      200,
      201,
      `{ ...F0 } ${repeat(90, (index) => `fragment F${index} on Query { ... { ... { ...F${index + 1} } } }`)} fragment F90 on Query { overview { totalRows } }`,
    ],
    ['documentDepth', 20, 21, nested(21)],
    [
      'documentDepth',
      20,
      40,
      `{ ...F0 } ${repeat(20, (index) => `fragment F${index} on Query { a { b { ...F${index + 1} } } }`)} fragment F20 on Query { c }`.replace(
        '{ c }',
        '{ ...None }',
      ),
    ],
    ['documentRootFields', 20, 21, `{ ${'overview { totalRows } '.repeat(21)} }`],
    [
      'documentFragments',
      100,
      300,
      `{ overview { ${repeat(300, (index) => `...F${index}`)} } } ${repeat(300, (index) => `fragment F${index} on Overview { totalRows }`)}`,
    ],
    ['documentAliases', 50, 3_000, `{ overview { ${repeat(3_000, (index) => `a${index}: totalRows`)} } }`],
    ['documentDirectives', 50, 51, `{ overview { ${'totalRows @skip(if: false) '.repeat(51)} } }`],
    ['directivesTogether', 3, 10, `{ overview ${'@aa '.repeat(10)} { totalRows } }`],
    ['directivesTogether', 3, 4, 'query ($a: Int @a @b @c @d) { overview { totalRows } }'],
    ['documentFields', 500, 1_002, `{ overview { ${'totalRows '.repeat(1_001)} } }`],
    ['documentRootFields', 20, 2 ** 18, bomb(18)],
    ['documentRootFields', 20, Number.MAX_SAFE_INTEGER, bomb(90)],
    ['documentFields', 500, 2 ** 20, bomb(19, '{ overview { totalRows } }')],
  ])('%s: at most %d, not %d', async (limit, allowed, asked, query) => {
    const { status, message, extensions } = await refusedFast(app, query);
    expect(status).toBe(400);
    expect(extensions).toEqual({ code: 'DOCUMENT_TOO_LARGE', limit, asked, allowed });
    expect(message).toContain(`limit ${limit}`);
  });

  test('whichever media type is asked for, and by GET', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const url = `/graphql?query=${encodeURIComponent(nested(30))}`;
      const response = await app.get(url, { headers: { accept } });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { limit: 'documentDepth' } }] });
    }
  });

  test('what is no GraphQL is still told as that', async () => {
    for (const query of ['{ a ', '{ a "', '}}}}', '{ \u0000 }', `{ ${'a '.repeat(100)} §`]) {
      const { errors } = await app.post(query);
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
    }
  });
});

test('limits are settings', async () => {
  const app = await appOver('plain', {}, { DOCUMENT_MAX_ALIASES: '0', DOCUMENT_MAX_DEPTH: '1' });
  try {
    expect((await app.post('{ a: __typename }')).errors?.[0]?.extensions).toMatchObject({
      limit: 'documentAliases',
      asked: 1,
      allowed: 0,
    });
    expect((await app.post('{ overview { totalRows } }')).errors?.[0]?.extensions).toMatchObject({
      limit: 'documentDepth',
      asked: 2,
      allowed: 1,
    });
  } finally {
    await app.close();
  }
});
