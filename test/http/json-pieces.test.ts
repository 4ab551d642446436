import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Column } from '../../schema/series-types.ts';
import { isSmall, jsonPieces } from '../../src/http/json-pieces.ts';

async function written(value: unknown, replacer?: (key: string, value: unknown) => unknown) {
  const pieces: Uint8Array[] = [];
  for await (const piece of jsonPieces(value, replacer)) pieces.push(piece);
  return { pieces, text: Buffer.concat(pieces).toString() };
}

/** Lists so long that they have to be cut, at the ends and within. */
const long = (item: fc.Arbitrary<unknown>) =>
  fc
    .tuple(item, fc.nat({ max: 9_000 }), fc.array(item))
    .map(([one, count, others]) => [...others, ...Array.from({ length: count }, () => one), ...others]);
const column = fc
  .tuple(
    fc.array(
      fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, -0, 1e21, 1_767_225_600_000.25)),
    ),
    fc.nat({ max: 3_000 }),
  )
  .map(
    ([numbers, times]) => new Column(Float64Array.from(Array.from({ length: times }, () => numbers).flat())),
  );
const odd = fc.constantFrom<unknown>(
  undefined,
  new Date(0),
  new Error('broken'),
  () => 1,
  null,
  '\ud800',
  'é€',
);
const value = fc.oneof(
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.jsonValue(),
      odd,
      column,
      long(fc.oneof(fc.jsonValue(), odd)),
      fc.dictionary(fc.string(), tie('value')),
      fc.array(tie('value')),
    ),
  })).value,
);

test('whatever has JSON: the same bytes as from JSON.stringify', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (given) => {
      const expected = JSON.stringify({ given });
      expect((await written({ given })).text === expected).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('columns: what is no number is null, and lists of them are cut within', async () => {
  const numbers = Float64Array.from({ length: 100_000 }, (_, index) =>
    index % 7 === 0 ? Number.NaN : index / 4,
  );
  const series = [{ values: new Column(numbers) }, { values: new Column(new Float64Array()) }];
  const { pieces, text } = await written(series);
  expect(text).toBe(JSON.stringify([{ values: Array.from(numbers) }, { values: [] }]));
  expect(pieces.length).toBeGreaterThan(1);
});

test('a replacer sees every value, in pieces too', async () => {
  const whole = (_key: string, given: unknown) => (typeof given === 'bigint' ? String(given) : given);
  const rows = Array.from({ length: 20_000 }, (_, index) => ({ id: BigInt(index), of: [1n] }));
  expect((await written({ rows }, whole)).text).toBe(JSON.stringify({ rows }, whole));
});

test('where pieces end depends on the value alone', async () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => ({ index, text: 'x'.repeat(index % 50) }));
  const lengths = async () => (await written(rows)).pieces.map((piece) => piece.byteLength);
  expect(await lengths()).toEqual(await lengths());
});

test('small is what is written in one go', () => {
  expect([isSmall({ rows: Array.from({ length: 4_000 }, () => 1) }), isSmall(null), isSmall('text')]).toEqual(
    [true, true, true],
  );
  expect(isSmall([Array.from({ length: 5_000 }, () => null)])).toBe(false);
  expect(isSmall({ deep: [{ column: new Column(new Float64Array(5_000)) }] })).toBe(false);
  expect(isSmall(['x'.repeat(1_000_000)])).toBe(false);
});
