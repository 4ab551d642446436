import type { Reading, ReadingConnection } from '../../schema/context.ts';
import type { PlacedReading } from './placed-reading.ts';
import { encodeReadingCursor, type ReadingOrder } from './reading-cursor.ts';
import type { ReadingRequest } from './reading-request.ts';
import type { ReadingScan } from './reading-scan.ts';

/** From the end of the order: what `last` without `first` asks for. */
const isFromTheEnd = ({ first }: ReadingRequest) => first === null;

/** The cursor at which the scan begins. */
const startOf = (request: ReadingRequest) => (isFromTheEnd(request) ? request.before : request.after);

/**
 * One row more than the page tells whether there are further ones, and another one is the row of the cursor itself, which
 * tells whether something lies on its other side.
 */
export function scanOfPage(request: ReadingRequest): ReadingScan {
  const { from, to, direction, first, last, after, before } = request;
  const fromTheEnd = isFromTheEnd(request);
  const size = fromTheEnd ? (last ?? 0) : Math.max(first ?? 0, last ?? 0);
  const start = startOf(request);
  return {
    from,
    to,
    ascending: (direction === 'ASC') !== fromTheEnd,
    start,
    end: fromTheEnd ? after : before,
    limit: size + (start === null ? 1 : 2),
  };
}

/** Whether something lies behind the cursor, where the row of the cursor itself is not there to tell. */
export function scanBehind(request: ReadingRequest): ReadingScan {
  const scan = scanOfPage(request);
  return { ...scan, ascending: !scan.ascending, end: null, limit: 1 };
}

/** @returns the rows of the page's scan without that of the cursor, and whether that was among them */
export function withoutCursorRow(
  request: ReadingRequest,
  rows: readonly PlacedReading[],
): { rows: readonly PlacedReading[]; found: boolean } {
  const start = startOf(request);
  const [row] = rows;
  const found =
    start !== null &&
    row !== undefined &&
    row.node.timestamp === start.at &&
    row.key === start.key &&
    row.row === start.row;
  return { rows: found ? rows.slice(1) : rows, found };
}

/**
 * By the algorithm of the Relay cursor connections specification (§ 4, Arguments, and § 5, PageInfo).
 * @param rows of the page's scan, as far as it went, without that of the cursor
 * @param behind whether something lies behind the cursor at which the scan began
 */
export function pageOfReadings(
  order: ReadingOrder,
  request: ReadingRequest,
  rows: readonly PlacedReading[],
  behind: boolean,
): ReadingConnection {
  const { first, last } = request;
  const more = (size: number) => rows.length > size;
  let page = rows.slice(0, first ?? last ?? 0);
  if (isFromTheEnd(request)) page.reverse();
  else if (last !== null) page = page.slice(Math.max(0, page.length - last));
  const edges = page.map((row) => new ReadingEdge(order, row));
  return {
    edges,
    pageInfo: {
      hasNextPage: first === null ? behind : more(first),
      hasPreviousPage: last === null ? behind : more(last),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A cursor is made when it is asked for: a page of ten thousand rows often needs just the last one. */
class ReadingEdge {
  private readonly order: ReadingOrder;
  private readonly place: PlacedReading;

  constructor(order: ReadingOrder, place: PlacedReading) {
    this.order = order;
    this.place = place;
  }

  get node(): Reading {
    return this.place.node;
  }

  get cursor(): string {
    const { node, key, row } = this.place;
    return encodeReadingCursor(this.order, { at: node.timestamp, key, row });
  }
}
