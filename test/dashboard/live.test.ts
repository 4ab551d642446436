import { describe, expect, test } from 'vitest';
import { Changes } from '../../dashboard/data/changes.ts';
import { EventParser } from '../../dashboard/data/event-parser.ts';
import { Failure } from '../../dashboard/data/failure.ts';
import { isRefusal, reconnectDelay } from '../../dashboard/data/reconnect.ts';

const parsed = (chunks: readonly string[], parser = new EventParser()) =>
  chunks.flatMap((chunk) => parser.push(chunk));

describe('the parser of events', () => {
  const LINES = [
    ':',
    '',
    'id: 9f0c',
    'event: next',
    'data: {"a":',
    'data: "é: 🔋"}',
    '',
    ': a comment within',
    'event:next',
    ': another',
    'data:  two',
    'unknown: field',
    'retry: 10',
    '',
    'data',
    '',
    'event: without data',
    '',
    'id',
    'event: complete',
    'data:',
    '',
    'data: never ended',
  ];
  const EVENTS = [
    { event: 'next', id: '9f0c', data: '{"a":\n"é: 🔋"}' },
    { event: 'next', id: '9f0c', data: ' two' },
    { event: 'message', id: '9f0c', data: '' },
    { event: 'complete', id: '', data: '' },
  ];

  test.each([
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['both', '\r\n'],
  ])('reads lines that end in %s, cut anywhere', (_, end) => {
    const text = LINES.join(end);
    expect(parsed([text])).toEqual(EVENTS);
    expect(parsed([...text].flatMap((character) => ['', character]))).toEqual(EVENTS);
    for (let at = 0; at <= text.length; at++) {
      expect(parsed([text.slice(0, at), text.slice(at)])).toEqual(EVENTS);
    }
  });

  test('tells an event as soon as it has ended', () => {
    const parser = new EventParser();
    expect(parser.push('data: 1\r')).toEqual([]);
    expect(parser.push('\n\r')).toHaveLength(1);
    expect(parser.push('\ndata: 2\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ event: 'message', id: undefined, data: '2' }]);
  });

  test('an id holds until there is another one; one with a null character is none', () => {
    expect(
      parsed(['id: a\ndata: 1\n\nid: b\0\ndata: 2\n\nid: c\n\ndata: 3\n\n']).map(({ id }) => id),
    ).toEqual(['a', 'a', 'c']);
  });

  test('an event that is too long is refused, in one line as in many, ended or not', () => {
    const most = 100;
    const refused = (text: string) => () => parsed([...text], new EventParser(most));
    expect(refused(`data: ${'x'.repeat(90)}\n\n`)()).toHaveLength(1);
    for (const text of [
      `data: ${'x'.repeat(101)}\n\n`,
      'data: 0123456789\n'.repeat(10),
      'data: '.padEnd(200, 'x'),
      ':'.padEnd(200, 'x'),
    ]) {
      expect(refused(text)).toThrow('expected an event of at most 100 characters, but got more');
    }
    // Each event counts for itself.
    expect(refused(`data: ${'x'.repeat(60)}\n\n`.repeat(20))()).toHaveLength(20);
    expect(() => new EventParser().push('x'.repeat(1_000_001))).toThrow(Failure);
  });
});

describe('when listening is tried again', () => {
  const most = (failure: Failure | undefined, tries: number) => reconnectDelay(failure, tries, () => 1);
  const least = (failure: Failure | undefined, tries: number) => reconnectDelay(failure, tries, () => 0);

  test('a broken connection: soon, then later and later, and never all at once', () => {
    const codes = ['UNREACHABLE', 'SHUTTING_DOWN', 'WARMING_UP'];
    for (const failure of codes.map((code) => new Failure(code, ''))) {
      expect(isRefusal(failure)).toBe(false);
      expect([0, 1, 2, 3, 4, 5, 6, 2_000].map((tries) => most(failure, tries))).toEqual([
        1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
      ]);
      expect(least(failure, 3)).toBe(4_000);
    }
  });

  test('an end that the service tells: once it has stopped', () => {
    expect(isRefusal(undefined)).toBe(false);
    expect([0, 1, 2, 3, 50].map((tries) => most(undefined, tries))).toEqual([
      5_000, 10_000, 20_000, 30_000, 30_000,
    ]);
    expect(least(undefined, 0)).toBe(2_500);
  });

  test('a refusal: much later, and not before the service says', () => {
    for (const code of [
      'TOO_MANY_SUBSCRIPTIONS',
      'PERSISTED_QUERY_NOT_FOUND',
      'STREAM_HELD_BACK',
      'DEFECT',
    ]) {
      const failure = new Failure(code, '');
      expect(isRefusal(failure)).toBe(true);
      expect([0, 1, 2, 3, 4, 50].map((tries) => most(failure, tries))).toEqual([
        30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
      ]);
      expect(least(failure, 0)).toBe(15_000);
    }
    expect(least(new Failure('OVERLOADED', '', { retryAfter: 100 }), 0)).toBe(100_000);
    expect(least(new Failure('OVERLOADED', '', { retryAfter: 1e9 }), 0)).toBe(300_000);
  });

  test('between the half of it and all of it', () => {
    const delays = Array.from({ length: 1_000 }, () => reconnectDelay(new Failure('UNREACHABLE', ''), 3));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(4_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(8_000);
    expect(new Set(delays).size).toBeGreaterThan(900);
  });
});

describe('what changed between snapshots', () => {
  const change = (since: string | null, version: string, devices: readonly string[] | null) => ({
    since,
    version,
    devices: devices && new Set(devices),
  });
  const joined = (...all: readonly ReturnType<typeof change>[]) => {
    const changes = new Changes(3);
    for (const one of all) changes.add(one);
    return changes;
  };

  test('a device is untouched when no change on the way has it', () => {
    const changes = joined(change('v1', 'v2', ['a']), change('v2', 'v3', ['b']));
    const untouched = (ids: readonly string[], since: string) => changes.areUntouched(ids, since, 'v3');
    expect([untouched(['a'], 'v1'), untouched(['a'], 'v2'), untouched(['a'], 'v3')]).toEqual([
      false,
      true,
      true,
    ]);
    expect([untouched(['c'], 'v1'), untouched(['c', 'b'], 'v2')]).toEqual([true, false]);
    expect(untouched(['c'], 'v0')).toBe(false);
    expect(changes.areUntouched(['c'], 'v1', 'v4')).toBe(false);
  });

  test('what is not known breaks the way', () => {
    const first = change('v1', 'v2', []);
    expect(joined(first, change('v2', 'v3', null)).areUntouched(['a'], 'v1', 'v3')).toBe(false);
    expect(joined(first, change(null, 'v3', [])).areUntouched(['a'], 'v1', 'v3')).toBe(false);
    const jumped = joined(first, change('v9', 'v3', []));
    expect([jumped.areUntouched(['a'], 'v1', 'v3'), jumped.areUntouched(['a'], 'v9', 'v3')]).toEqual([
      false,
      true,
    ]);
    // The same snapshot, told once more, is no change.
    expect(joined(first, change('v2', 'v2', null)).areUntouched(['a'], 'v1', 'v2')).toBe(true);
  });

  test('a snapshot that comes back counts from when it was there last; the oldest changes go', () => {
    const back = joined(change('v1', 'v2', ['a']), change('v2', 'v1', ['a']), change('v1', 'v3', []));
    expect(back.areUntouched(['a'], 'v1', 'v3')).toBe(true);
    const many = joined(...[1, 2, 3, 4].map((at) => change(`v${at}`, `v${at + 1}`, [])));
    expect([many.areUntouched(['a'], 'v1', 'v5'), many.areUntouched(['a'], 'v2', 'v5')]).toEqual([
      false,
      true,
    ]);
  });
});
