import { Column } from '../../schema/series-types.ts';
import { pause } from '../pace.ts';

type Replacer = (key: string, value: unknown) => unknown;

/** Values that are written in one go: well below a millisecond. */
const MOST_VALUES = 4_096;
const PIECE_CHARACTERS = 256 * 1024;

/** Whether there is so little that making it in one go keeps nobody waiting. */
export function isSmall(value: unknown): boolean {
  return roomBeside(value, MOST_VALUES) >= 0;
}

/**
 * To the byte what `JSON.stringify` gives, in UTF-8, and made in slices as it is asked for. The value must be one that
 * has JSON. Where a piece ends depends on the value alone.
 */
export async function* jsonPieces(value: unknown, replacer?: Replacer): AsyncGenerator<Uint8Array, void> {
  let piece = '';
  for (const text of textsOf(value, replacer)) {
    piece += text;
    if (piece.length >= PIECE_CHARACTERS) {
      yield Buffer.from(piece);
      piece = '';
    }
    await pause();
  }
  if (piece !== '') yield Buffer.from(piece);
}

function* textsOf(value: unknown, replacer?: Replacer): Generator<string, void> {
  if (value instanceof Column) yield* textsOfNumbers(value.numbers);
  else if (typeof value !== 'object' || value === null || isSmall(value))
    yield JSON.stringify(value, replacer);
  else if (Array.isArray(value)) yield* textsOfItems(value, replacer);
  else yield* textsOfProperties(value, replacer);
}

function* textsOfNumbers(numbers: Float64Array): Generator<string, void> {
  for (let from = 0; from < numbers.length; from += MOST_VALUES) {
    // What is no number becomes null.
    const text = JSON.stringify(Array.from(numbers.subarray(from, from + MOST_VALUES)));
    yield `${from === 0 ? '[' : ','}${text.slice(1, -1)}`;
  }
  yield numbers.length === 0 ? '[]' : ']';
}

/** As many items together as are small together. */
function* textsOfItems(items: readonly unknown[], replacer?: Replacer): Generator<string, void> {
  let [from, room] = [0, MOST_VALUES];
  let before = '[';
  for (const [index, item] of items.entries()) {
    room = roomBeside(item, room);
    if (room >= 0) continue;
    if (from < index) {
      yield before + JSON.stringify(items.slice(from, index), replacer).slice(1, -1);
      before = ',';
    }
    [from, room] = [index, roomBeside(item, MOST_VALUES)];
    if (room >= 0) continue;
    yield before;
    yield* textsOf(item, replacer);
    before = ',';
    [from, room] = [index + 1, MOST_VALUES];
  }
  if (from < items.length) yield before + JSON.stringify(items.slice(from), replacer).slice(1, -1);
  yield ']';
}

function* textsOfProperties(value: object, replacer?: Replacer): Generator<string, void> {
  let before = '{';
  for (const [key, property] of Object.entries(value)) {
    if (property === undefined || typeof property === 'function') continue;
    yield `${before}${JSON.stringify(key)}:`;
    before = ',';
    yield* textsOf(property, replacer);
  }
  yield before === '{' ? '{}' : '}';
}

/** What is left of a number of values when these are written too; below 0: it is exceeded, by however much. */
function roomBeside(value: unknown, room: number): number {
  if (typeof value === 'string') return room - 1 - (value.length >> 6);
  if (typeof value !== 'object' || value === null) return room - 1;
  if (value instanceof Column) return room - value.length;
  let left = room - 1;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++) left = roomBeside(value[index], left);
  } else if ('toJSON' in value) {
    // An error, or a date: as it says itself.
    left--;
  } else {
    for (const key in value) {
      left = roomBeside(value[key as keyof typeof value], left);
      if (left < 0) break;
    }
  }
  return left;
}
