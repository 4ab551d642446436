import type { Fault, FaultProxy } from '../support/fault-proxy.ts';
import { BASE, keyOf, type State } from './lake.ts';

type Decide = FaultProxy['fault'];

/** What a fault may do besides standing between. */
interface World {
  /** Puts this version of a day's object into the bucket. */
  put(day: number, version: number): Promise<void>;
}

export interface Kind {
  readonly name: string;
  /** Begins the fault. */
  begin(world: World): Promise<Decide> | Decide;
  /** What the bucket holds then, and before: right answers are those to one of these. */
  readonly states: readonly State[];
  /** Codes that tell of it. None: every answer is right all the same. */
  readonly codes: readonly string[];
  /** Modes that cannot notice it by their nature, as docs/FAULTS.md tells. */
  readonly unseenIn?: readonly string[];
}

const SWAPPED_DAY = 3;
const SWAPPED: State = { ...BASE, [SWAPPED_DAY]: 2 };

const xml = (code: string) => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
const isObject = ({ url }: { url: string }) => url.includes('.parquet');
const isSwapped = ({ url }: { url: string }) => url.includes(keyOf(SWAPPED_DAY));
const isRead = (request: { method: string; url: string }) => request.method === 'GET' && isObject(request);

/** The same for every request. */
function always(name: string, fault: Fault, codes: readonly string[]): Kind {
  return { name, begin: () => () => fault, states: [BASE], codes };
}

/** Only the first requests for each object fail: who tries again gets the answer. */
function passing(name: string, fault: Fault, times: number): Kind {
  return {
    name,
    begin: () => {
      const failed = new Map<string, number>();
      return (request) => {
        if (!isRead(request)) return undefined;
        const count = failed.get(request.url) ?? 0;
        failed.set(request.url, count + 1);
        return count < times ? fault : undefined;
      };
    },
    states: [BASE],
    codes: [],
  };
}

const refusal = (status: number, code: string, headers = {}): Fault => ({
  kind: 'status',
  status,
  body: xml(code),
  headers,
});

/** The object's ETag as a time of its own, for a store that has nothing else to tell versions apart by. */
function timeOf(etag: string): Date {
  return new Date(
    Date.UTC(2026, 0, 1) + (Number.parseInt(etag.replaceAll('"', '').slice(0, 6), 16) % 1e6) * 1000,
  );
}

const WITHOUT_ETAGS: Fault = {
  kind: 'edit',
  headers: ({ etag }) =>
    etag === undefined ? {} : { etag: undefined, 'last-modified': timeOf(etag).toUTCString() },
};

const LISTING_WITHOUT_ETAGS: Fault = {
  kind: 'edit',
  body: (body) =>
    Buffer.from(body)
      .toString()
      .replaceAll(/<Contents>.*?<\/Contents>/gs, (contents) => {
        const [tag = '', etag = ''] = /<ETag>(?:&#34;|&quot;|")?(\w+).*?<\/ETag>/.exec(contents) ?? [];
        return contents
          .replace(tag, '')
          .replace(
            /<LastModified>.*?<\/LastModified>/,
            `<LastModified>${timeOf(etag).toISOString()}</LastModified>`,
          );
      }),
};

const HOUR_AHEAD = { date: new Date(Date.now() + 3_600_000).toUTCString() };

/** Faults that are over as fast as a store answers. */
export const FAST: readonly Kind[] = [
  always('500', refusal(500, 'InternalError'), ['STORAGE_UNAVAILABLE', 'STATEMENT_TIMEOUT']),
  always('connections that are reset', { kind: 'reset' }, ['STORAGE_UNAVAILABLE', 'STATEMENT_TIMEOUT']),
  always('bodies that are cut', { kind: 'cut' }, ['STORAGE_UNAVAILABLE', 'STATEMENT_TIMEOUT']),
  always('an expired token', refusal(400, 'ExpiredToken'), ['STORAGE_ACCESS_DENIED']),
  always('a clock that is wrong', refusal(403, 'RequestTimeTooSkewed', HOUR_AHEAD), [
    'STORAGE_ACCESS_DENIED',
  ]),
  {
    name: '403 for the objects',
    begin: () => (request) => (isObject(request) ? refusal(403, 'AccessDenied') : undefined),
    states: [BASE],
    codes: ['STORAGE_ACCESS_DENIED'],
  },
  {
    name: '404 after the listing',
    begin: () => (request) => (isObject(request) ? refusal(404, 'NoSuchKey') : undefined),
    states: [BASE],
    codes: ['DATASET_CHANGED', 'DATASET_EMPTY'],
  },
  passing('two times 500', refusal(500, 'InternalError'), 2),
  passing('one reset', { kind: 'reset' }, 1),
  passing('one cut body', { kind: 'cut' }, 1),
  { ...passing('one flipped bit in each object', { kind: 'flip' }, 1), unseenIn: ['direct'] },
  {
    name: 'a flipped bit in every answer',
    begin: () => (request) => (isRead(request) ? { kind: 'flip' } : undefined),
    states: [BASE],
    codes: ['OBJECT_UNREADABLE', 'DATASET_CHANGED', 'DATASET_EMPTY'],
    unseenIn: ['direct'],
  },
  {
    name: 'an object swapped between listing and reading',
    begin: async ({ put }) => {
      await put(SWAPPED_DAY, 2);
      return undefined;
    },
    states: [BASE, SWAPPED],
    codes: [],
  },
  {
    name: 'an object swapped while it is read',
    begin: ({ put }) => {
      let swapping: Promise<void> | undefined;
      let reads = 0;
      return async (request) => {
        // The first read was of the old one; all others are of the new one.
        if (!isRead(request) || !isSwapped(request)) return undefined;
        reads++;
        if (reads === 2) swapping = put(SWAPPED_DAY, 2);
        await swapping;
        return undefined;
      };
    },
    states: [BASE, SWAPPED],
    codes: ['DATASET_CHANGED'],
  },
  {
    name: 'a store without ETags, and an object swapped while it is read',
    begin: ({ put }) => {
      let swapping: Promise<void> | undefined;
      let reads = 0;
      return async (request) => {
        if (request.url.includes('list-type')) return LISTING_WITHOUT_ETAGS;
        if (!isRead(request) || !isSwapped(request)) return WITHOUT_ETAGS;
        reads++;
        if (reads === 2) swapping = put(SWAPPED_DAY, 2);
        await swapping;
        return WITHOUT_ETAGS;
      };
    },
    states: [BASE, SWAPPED],
    codes: ['DATASET_CHANGED'],
  },
  {
    name: 'an object swapped with every read',
    begin: ({ put }) => {
      let version = 1;
      return async (request) => {
        if (!isRead(request) || !isSwapped(request)) return undefined;
        version = 3 - version;
        await put(SWAPPED_DAY, version);
        return undefined;
      };
    },
    states: [BASE, SWAPPED],
    codes: ['DATASET_CHANGED'],
  },
  {
    name: 'a listing that lags behind the objects',
    begin: async ({ put }) => {
      await put(SWAPPED_DAY, 2);
      return ({ url }) => (url.includes('list-type') ? { kind: 'stale' } : undefined);
    },
    states: [BASE, SWAPPED],
    codes: ['DATASET_CHANGED'],
  },
];

/** Faults that only time tells. */
export const SLOW: readonly Kind[] = [
  always('503 SlowDown', refusal(503, 'SlowDown'), ['STORAGE_UNAVAILABLE', 'STATEMENT_TIMEOUT']),
  always('requests without an answer', { kind: 'stall' }, ['STORAGE_UNAVAILABLE', 'STATEMENT_TIMEOUT']),
  always('answers that trickle', { kind: 'trickle', bytes: 10, everyMs: 100 }, [
    'STORAGE_UNAVAILABLE',
    'STATEMENT_TIMEOUT',
  ]),
];
