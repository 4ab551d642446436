import type { Fault, Faults, ProxiedRequest } from '../support/fault-proxy.ts';

export type Decide = (request: ProxiedRequest) => Faults | Promise<Faults>;

/** When a fault is there: while questions are asked, or while a refresh finds a new object. */
export type Phase = 'questions' | 'refresh';

/** What a fault may do besides standing between. */
interface World {
  /** Whether a request is about the object that may be swapped: an old one for questions, the new one for a refresh. */
  isTarget(request: ProxiedRequest): boolean;
  /** Puts this version of that object into the bucket. */
  swap(version: number): Promise<void>;
}

export interface Kind {
  readonly name: string;
  /** Begins the fault. */
  begin(world: World): Decide;
  /** What it does to answers: it has to have done so by the end of each phase. */
  readonly does: Fault['kind'];
  /** Its target is swapped: right answers are also those to its versions from 2 to this one. */
  readonly swaps?: number;
  /** Codes that tell of it. None: every answer is right all the same. */
  readonly codes: readonly string[];
  /** Modes that cannot notice it by their nature, as docs/FAULTS.md tells. */
  readonly unseenIn?: readonly string[];
  /** Where it cannot come about. */
  readonly neverIn?: { readonly mode: string; readonly phase: Phase };
  /** How the store is before, under and after the fault, where not as it should be. */
  readonly store?: Decide;
}

const xml = (code: string) => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
const isObject = ({ url }: { url: string }) => url.includes('.parquet');
const isRead = (request: ProxiedRequest) => request.method === 'GET' && isObject(request);
/** The SDK reads ranges for footers only; DuckDB, or who fetches whole objects, reads rows. */
const isOfRows = (request: ProxiedRequest) =>
  isRead(request) && !(request.headers.range && request.headers['user-agent']?.includes('aws-sdk'));

/** The same for every request. */
function always(name: string, fault: Fault, codes: readonly string[]): Kind {
  return { name, begin: () => () => fault, does: fault.kind, codes };
}

/** The same for every request about an object, whose listing is good: a refresh finds it, and cannot read its footer. */
function forObjects(name: string, fault: Fault, codes: readonly string[]): Kind {
  return {
    name: `objects alone: ${name}`,
    begin: () => (request) => (isObject(request) ? fault : undefined),
    does: fault.kind,
    codes,
  };
}

/** The same for every request for rows: a refresh gets as far as the rollups of a new object. */
function forRows(name: string, fault: Fault, codes: readonly string[]): Kind {
  return {
    name: `rows alone: ${name}`,
    begin: () => (request) => (isOfRows(request) ? fault : undefined),
    does: fault.kind,
    codes,
  };
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
    does: fault.kind,
    codes: [],
  };
}

/** The target becomes version 2, once: at the `nth` of these requests for it, before that is answered or meanwhile. */
function swapped(
  name: string,
  {
    at,
    nth = 1,
    when,
  }: { at: (request: ProxiedRequest) => boolean; nth?: number; when: 'before' | 'within' },
): Kind {
  return {
    name,
    begin: ({ isTarget, swap }) => {
      let count = 0;
      const act = () => swap(2);
      return (request) =>
        isTarget(request) && at(request) && ++count === nth ? { kind: 'meanwhile', when, act } : undefined;
    },
    does: 'meanwhile',
    swaps: 2,
    codes: ['DATASET_CHANGED'],
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

/** A store that sends none, neither with objects nor in listings. */
const withoutEtags: Decide = ({ url }) => (url.includes('list-type') ? LISTING_WITHOUT_ETAGS : WITHOUT_ETAGS);

const HOUR_AHEAD = { date: new Date(Date.now() + 3_600_000).toUTCString() };

const UNAVAILABLE = ['STORAGE_UNAVAILABLE', 'STATEMENT_TIMEOUT'];
const DENIED = ['STORAGE_ACCESS_DENIED'];

/** Faults that are over as fast as a store answers. */
export const FAST: readonly Kind[] = [
  always('500', refusal(500, 'InternalError'), UNAVAILABLE),
  always('connections that are reset', { kind: 'reset' }, UNAVAILABLE),
  always('bodies that are cut', { kind: 'cut' }, UNAVAILABLE),
  always('an expired token', refusal(400, 'ExpiredToken'), DENIED),
  always('a clock that is wrong', refusal(403, 'RequestTimeTooSkewed', HOUR_AHEAD), DENIED),
  forObjects('500', refusal(500, 'InternalError'), UNAVAILABLE),
  forObjects('connections that are reset', { kind: 'reset' }, UNAVAILABLE),
  forObjects('bodies that are cut', { kind: 'cut' }, UNAVAILABLE),
  forObjects('an expired token', refusal(400, 'ExpiredToken'), DENIED),
  forObjects('a clock that is wrong', refusal(403, 'RequestTimeTooSkewed', HOUR_AHEAD), DENIED),
  forObjects('403', refusal(403, 'AccessDenied'), DENIED),
  forObjects('404', refusal(404, 'NoSuchKey'), ['DATASET_CHANGED', 'DATASET_EMPTY']),
  forRows('500', refusal(500, 'InternalError'), UNAVAILABLE),
  forRows('connections that are reset', { kind: 'reset' }, UNAVAILABLE),
  forRows('bodies that are cut', { kind: 'cut' }, UNAVAILABLE),
  forRows('an expired token', refusal(400, 'ExpiredToken'), DENIED),
  forRows('403', refusal(403, 'AccessDenied'), DENIED),
  forRows('404', refusal(404, 'NoSuchKey'), ['DATASET_CHANGED', 'DATASET_EMPTY']),
  passing('two times 500', refusal(500, 'InternalError'), 2),
  passing('one reset', { kind: 'reset' }, 1),
  passing('one cut body', { kind: 'cut' }, 1),
  { ...passing('one flipped bit in each object', { kind: 'flip' }, 1), unseenIn: ['direct'] },
  {
    name: 'a flipped bit in every answer',
    begin: () => (request) => (isRead(request) ? { kind: 'flip' } : undefined),
    does: 'flip',
    codes: ['OBJECT_UNREADABLE', 'DATASET_CHANGED', 'DATASET_EMPTY'],
    unseenIn: ['direct'],
  },
  {
    ...swapped('swapped between listing and reading', { at: isObject, when: 'before' }),
    codes: [],
  },
  swapped('swapped while it is read', { at: isOfRows, when: 'within' }),
  {
    ...swapped('swapped between two reads', { at: isRead, nth: 2, when: 'before' }),
    // One GET gives one object, and its footer is known.
    neverIn: { mode: 'cached', phase: 'questions' },
  },
  {
    ...swapped('no ETags, swapped between listing and reading', {
      at: isObject,
      when: 'before',
    }),
    codes: [],
    store: withoutEtags,
  },
  {
    ...swapped('no ETags, swapped while it is read', {
      at: isOfRows,
      when: 'within',
    }),
    store: withoutEtags,
  },
  {
    name: 'swapped with every read',
    begin: ({ isTarget, swap }) => {
      let version = 1;
      // Each is new: one that comes back, byte for byte, within a statement cannot be noticed in direct mode.
      const act = () => {
        version += 1;
        return swap(version);
      };
      return (request) =>
        isTarget(request) && isRead(request) ? { kind: 'meanwhile', when: 'before', act } : undefined;
    },
    does: 'meanwhile',
    swaps: 100,
    codes: ['DATASET_CHANGED'],
  },
  {
    name: 'a listing that lags behind the objects',
    begin: ({ isTarget, swap }) => {
      let swapping: Promise<void> | undefined;
      return async (request) => {
        if (request.url.includes('list-type')) return swapping === undefined ? undefined : { kind: 'stale' };
        if (!isTarget(request)) return undefined;
        swapping ??= swap(2);
        await swapping;
        return undefined;
      };
    },
    does: 'stale',
    swaps: 2,
    codes: ['DATASET_CHANGED'],
  },
];

/** One of each way in which a store fails or deceives. */
export const USUAL: readonly Kind[] = [
  '500',
  'an expired token',
  'objects alone: connections that are reset',
  'rows alone: bodies that are cut',
  'rows alone: 404',
  'one flipped bit in each object',
  'swapped between listing and reading',
  'no ETags, swapped while it is read',
  'a listing that lags behind the objects',
].map((wanted) => {
  const kind = FAST.find(({ name }) => name === wanted);
  if (kind === undefined) throw new Error(`expected a kind of fault, but got: ${wanted}`);
  return kind;
});

const TRICKLE: Fault = { kind: 'trickle', bytes: 10, everyMs: 100 };

/** Faults that only time tells. */
export const SLOW: readonly Kind[] = [
  always('503 SlowDown', refusal(503, 'SlowDown'), UNAVAILABLE),
  always('requests without an answer', { kind: 'stall' }, UNAVAILABLE),
  always('answers that trickle', TRICKLE, UNAVAILABLE),
  forObjects('503 SlowDown', refusal(503, 'SlowDown'), UNAVAILABLE),
  forObjects('requests without an answer', { kind: 'stall' }, UNAVAILABLE),
  forObjects('answers that trickle', TRICKLE, UNAVAILABLE),
  forRows('requests without an answer', { kind: 'stall' }, UNAVAILABLE),
  forRows('answers that trickle', TRICKLE, UNAVAILABLE),
];
