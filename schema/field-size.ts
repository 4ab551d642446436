/** How many items a list is taken to have before anything is known of the data. */
export interface ListSize {
  /**
   * Paths of arguments that tell: a number, or a list by its length. The least of those that are given counts, as no
   * answer has more.
   */
  readonly by?: readonly string[];
  /** When none is given. */
  readonly assumed: number;
  /** Items for each of those, such as days of a device. */
  readonly each?: number;
  /** More are refused by the field itself, in words of its own. */
  readonly most?: number;
}

/** What the cost of a field is estimated from; stands in its `extensions`. */
export interface FieldSize {
  /** Of the field itself, if it is a list. */
  readonly items?: ListSize;
  /** Of the next list, or of the columns, below it: of the edges of a connection, the points of a series. */
  readonly below?: ListSize;
  /** The most of those below all items together: more are refused by the field itself. */
  readonly together?: number;
}

/** What a list has that says nothing of its size. */
export const ASSUMED_ITEMS = 100;
export const ASSUMED_DAYS = 30;

/** Numbers of a column that cost as much as one field. */
export const COLUMN_VALUES_A_FIELD = 10;

const EXTENSION = 'size';

/** For the `extensions` of a field. */
export function sized(size: FieldSize): Readonly<Record<string, unknown>> {
  return { [EXTENSION]: size };
}

export function sizeOf(extensions: Readonly<Record<string, unknown>>): FieldSize {
  return (extensions[EXTENSION] as FieldSize | undefined) ?? {};
}
