import { gunzipSync } from 'node:zlib';
import { expect, inject, onTestFinished, test } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { queriesOn } from '../../support/trino-server.ts';
import { numbers, startTrinoEngine } from './start-trino-engine.ts';

const TENS = 20;
const COUNT = TENS * 10_000;

async function proxied(target = inject('trinoUrl')): Promise<FaultProxy> {
  const proxy = await startFaultProxy(target);
  onTestFinished(() => proxy.stop());
  return proxy;
}

/** The fault, for every request of which there are `every`. */
const sometimes = (fault: Fault, every = 3) => {
  let asked = 0;
  return () => (++asked % every === 0 ? fault : undefined);
};

/** In place of what was answered, which is compressed. */
const answered = (body: string | ((text: string) => string)): Fault => ({
  kind: 'edit',
  body: (come) => (typeof body === 'string' ? body : body(gunzipSync(come).toString())),
  headers: { 'content-encoding': undefined, 'transfer-encoding': undefined },
});

const sum = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.reduce((total, { n }) => total + Number(n), 0);

test.each<[string, Fault]>([
  ['503', { kind: 'status', status: 503 }],
  ['502', { kind: 'status', status: 502, body: '<h1>Bad gateway</h1>' }],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
  ['a reset', { kind: 'reset' }],
  ['a body that is cut', { kind: 'cut' }],
  ['a bit that is turned', { kind: 'flip' }],
])('%s now and then: the right answer, each row once', async (_, fault) => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  proxy.fault = sometimes(fault);
  const rows = await engine.run(numbers(TENS));
  expect([rows.length, sum(rows)]).toEqual([COUNT, (COUNT * (COUNT - 1)) / 2]);
  let streamed = 0;
  let total = 0;
  for await (const { rowCount, columns } of await engine.stream(numbers(TENS))) {
    streamed += rowCount;
    for (const n of columns[0] ?? []) total += Number(n);
  }
  expect([streamed, total]).toEqual([COUNT, (COUNT * (COUNT - 1)) / 2]);
  expect(proxy.requests.length).toBeGreaterThan(12);
});

test('each kind of request is answered at the third attempt', async () => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const attempts = new Map<string, number>();
  proxy.fault = ({ method, url }) => {
    const attempt = (attempts.get(method + url) ?? 0) + 1;
    attempts.set(method + url, attempt);
    return attempt <= 2 ? { kind: 'status', status: 503 } : undefined;
  };
  expect(await engine.run({ name: 'one', sql: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
  expect(Math.min(...attempts.values())).toBe(3);
});

test('a coordinator that asks to be left alone for a while is', async () => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const faults: Fault[] = [{ kind: 'status', status: 429, headers: { 'retry-after': '1' } }];
  proxy.fault = () => faults.shift();
  const begun = performance.now();
  expect(await engine.run({ name: 'one', sql: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
  expect(performance.now() - begun).toBeGreaterThan(1_000);
});

test.each<[string, Fault]>([
  ['garbage', answered('garbage')],
  ['JSON of something else', answered('{"ok":true}')],
  ['an error', { kind: 'status', status: 500 }],
  ['that the query is not known', { kind: 'status', status: 404 }],
])('told %s in the middle, the statement is asked once more', async (_, fault) => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const faults = [undefined, undefined, undefined, fault];
  proxy.fault = () => faults.shift();
  expect(sum(await engine.run(numbers(TENS)))).toBe((COUNT * (COUNT - 1)) / 2);
  expect(proxy.requests.filter(({ method }) => method === 'POST').length).toBe(2);
});

test('a stream whose first rows are out does not begin anew: it fails with a code', async () => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const stream = await engine.stream(numbers(1_000, 'spoilt'));
  await stream.next();
  proxy.fault = ({ method }) => (method === 'GET' ? answered('garbage') : undefined);
  const read = async () => {
    for await (const _ of stream);
  };
  await expect(read()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(proxy.requests.filter(({ method }) => method === 'POST').length).toBe(1);
  await engine.close();
  expect((await queriesOn(inject('trinoUrl'), 'spoilt')).map(({ state }) => state)).toEqual(['FAILED']);
});

test('a coordinator that hangs is waited for until the deadline', async () => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  for (const silent of ['POST', 'GET']) {
    proxy.fault = ({ method }) => (method === silent ? { kind: 'stall' } : undefined);
    const begun = performance.now();
    await expect(
      engine.run({ name: 'one', sql: 'SELECT 1' }, { timeoutMs: 1_000 }),
      silent,
    ).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    expect(performance.now() - begun).toBeLessThan(1_300);
  }
});

test('a query is cancelled although the first tries to do so fail', async () => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const stream = await engine.stream(numbers(1_000, 'stubborn'));
  await stream.next();
  const faults: Fault[] = [{ kind: 'status', status: 503 }, { kind: 'reset' }];
  proxy.fault = () => faults.shift();
  await stream.return();
  await engine.close();
  expect((await queriesOn(inject('trinoUrl'), 'stubborn')).map(({ state }) => state)).toEqual(['FAILED']);
});

test.each([
  ['another host', (elsewhere: string) => `${elsewhere}/v1/statement/queued/q`],
  ['a path that looks like one', (elsewhere: string) => `http://x//${new URL(elsewhere).host}/v1/statement`],
  ['another scheme', (elsewhere: string) => `ftp://${new URL(elsewhere).host}/v1`],
])('credentials go where they are meant for, whatever an answer names next: %s', async (_, forged) => {
  const elsewhere = await proxied();
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint, credentials: { token: 'secret' } });
  const nextUri = forged(elsewhere.endpoint);
  proxy.fault = ({ method }) =>
    method === 'POST'
      ? { kind: 'status', status: 200, body: JSON.stringify({ id: 'q', nextUri }) }
      : undefined;
  await expect(engine.run({ name: 'one', sql: 'SELECT 1' })).rejects.toMatchObject({
    code: expect.stringMatching(/^ENGINE_(UNAVAILABLE|ACCESS_DENIED)$/),
  });
  await engine.close();
  expect(elsewhere.requests).toEqual([]);
  expect(proxy.requests.length).toBeGreaterThan(1);
  expect(proxy.requests.every(({ headers }) => headers.authorization === 'Bearer secret')).toBe(true);
});

test('a coordinator that knows itself by another name is followed where it is reached', async () => {
  const proxy = await proxied();
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const renamed = answered((text) => text.replaceAll(proxy.endpoint, 'http://coordinator.invalid:8080'));
  proxy.fault = ({ method }) => (method === 'DELETE' ? undefined : renamed);
  expect(await engine.run({ name: 'one', sql: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
});
