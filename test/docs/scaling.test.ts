import { expect, test } from 'vitest';
import { readText, section, tableRows } from './markdown.ts';

const page = readText('docs/SCALING.md');

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3_600,
  d: 86_400,
};

/** A figure with its unit, in bytes, seconds or pieces. */
function quantity(cell: string): number {
  const [number = '', ...unit] = cell.split(' ');
  const scale = UNITS[unit.join(' ')];
  if (scale === undefined) throw new Error(`expected a figure with a unit, but got: ${cell}`);
  return Number(number.replaceAll(',', '')) * scale;
}

/** What is measured, by its sign. */
const measured = Object.fromEntries(
  tableRows(section(page, 'What is measured')).map(([sign = '', , value = '']) => [
    sign.replaceAll('*', ''),
    quantity(value),
  ]),
);

/** The rows of the table of fleets by their sign; each has a figure for every fleet. */
const fleets = new Map(
  tableRows(section(page, 'Fleets')).map(([sign = '', , , ...figures]) => [
    sign.replaceAll('*', ''),
    figures.map(quantity),
  ]),
);

/** What the formulas beside the rows say. */
const FORMULAS: Readonly<Record<string, (of: (sign: string) => number) => number>> = {
  R: (of) => ((of('d') * 86_400) / of('p')) * of('t'),
  B: (of) => of('R') * of('b'),
  O: (of) => of('B') / of('s'),
  L: (of) => of('O') * of('l'),
  H: (of) => 2 * of('O') * of('h'),
  V: (of) => of('d') * of('t'),
  P: (of) => of('d') * of('t') * 39,
  S: (of) => of('P') * of('a'),
  X: (of) => of('V') * of('j'),
  D: (of) => 3 * of('S'),
  F: (of) => of('R') / (32 * of('e')) + of('P') * of('w') + of('V') * of('v'),
  Y: (of) => of('R') / (32 * of('e')) + of('V') * of('w') + of('V') * of('v'),
  G: (of) => of('R') / (320 * of('c')) + of('P') * of('r') + of('V') * of('v'),
  N: (of) => (of('d') * 3_600) / of('p') / (32 * of('e')),
  M: (of) => of('d') * (40 * of('u') + of('t') * of('q')),
  C: (of) => (of('d') * 86_400) / of('p') / (10 * of('g')),
};

test('the figures of the fleets follow from what is measured', () => {
  for (const [sign, formula] of Object.entries(FORMULAS)) {
    const figures = fleets.get(sign) ?? [];
    expect(figures.length, sign).toBeGreaterThan(3);
    for (const [fleet, figure] of figures.entries()) {
      const expected = formula((name) => measured[name] ?? fleets.get(name)?.[fleet] ?? Number.NaN);
      // Three digits are told.
      expect(Math.abs(figure / expected - 1), `${sign} of fleet ${fleet}: ${expected}`).toBeLessThan(0.006);
    }
  }
});

test('every row of the fleets is given or computed', () => {
  expect([...fleets.keys()].toSorted()).toEqual([...Object.keys(FORMULAS), 'd', 'p', 't', 's'].toSorted());
});
