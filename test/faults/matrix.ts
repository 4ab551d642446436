import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import { queriesWith } from '../support/queries-app.ts';
import type { S3Server } from '../support/s3-server.ts';
import type { Decide, Kind, Phase } from './kinds.ts';
import { BASE, createLake, DAYS, keyOf, type Lake, type State } from './lake.ts';
import { NEW_DAY, QUERY_FILES, QUESTIONS, type Question, SCANS, without } from './questions.ts';

/** What an answer takes besides, on a busy machine. */
const SLACK_MS = 3_000;
/** In two objects' ranges that the questions ask for. */
const OLD_DAY = 3;
/** A request and its repetitions, each with its own time-out, for the listing and for an object. */
const REFRESH_MS = 15_000;

const SETTINGS = {
  S3_TIMEOUT_SECONDS: '1',
  // Each question is really asked, and refreshes come when the test has them come.
  RESPONSE_CACHE_MAX_BYTES: '0',
  REFRESH_SECONDS: '86400',
};

export interface MatrixOptions {
  readonly mode: 'direct' | 'cached';
  readonly kinds: readonly Kind[];
  /** `STATEMENT_TIMEOUT_SECONDS` */
  readonly deadlineSeconds: number;
}

/** Defines a test for each fault: asked under it, asked after it, refreshed under it, refreshed after it. */
export function testFaults({ mode, kinds, deadlineSeconds }: MatrixOptions): void {
  const places = new Places();
  let lake: Lake;
  let server: S3Server;
  let bucket: string;
  let proxy: FaultProxy;
  let scratch: string;
  /** Folders with rollups of all objects, by how the store is. */
  const prepared = new Map<Decide | undefined, string>();
  /** Of what may be in the cache folder: all objects, and little more. */
  let cacheBytes: number;

  const put = async (day: number, version: number) => {
    await server.put(bucket, `telemetry/${keyOf(day)}`, await lake.object(day, version));
  };

  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-faults-'));
    lake = await createLake();
    ({ server, bucket } = await places.bucket());
    for (let day = 0; day < DAYS; day++) await put(day, 1);
    for (const day of [OLD_DAY, NEW_DAY]) {
      expect((await lake.object(day, 2)).length).toBe((await lake.object(day, 1)).length);
    }
    cacheBytes = (DAYS + 3) * (await lake.object(0)).length;
    proxy = await startFaultProxy(server.endpoint);
  });
  afterAll(async () => {
    await proxy?.stop();
    await places.stop();
    await lake?.remove();
    await rm(scratch, { recursive: true, force: true });
  });

  /** Every app begins with these rollups, so that its own engine and cache know nothing of the objects yet. */
  async function prepare(store: Decide | undefined): Promise<string> {
    const folder = prepared.get(store) ?? path.join(scratch, `prepared-${prepared.size}`);
    if (prepared.has(store)) return folder;
    proxy.fault = store;
    const app = await start(folder);
    await app.refresh();
    await expectReadMode(app, mode);
    await app.close();
    prepared.set(store, folder);
    return folder;
  }

  async function start(state: string): Promise<TestApp> {
    const cache = {
      OBJECT_CACHE_DIR: path.join(state, 'objects'),
      OBJECT_CACHE_MAX_BYTES: String(cacheBytes),
    };
    return startApp(
      {
        ...places.environment(server, bucket),
        S3_ENDPOINT: proxy.endpoint,
        STATE_DIR: state,
        STATEMENT_TIMEOUT_SECONDS: String(deadlineSeconds),
        ...SETTINGS,
        ...(mode === 'cached' ? cache : {}),
      },
      { queriesDirectory },
    );
  }

  /** Right by one of the states, less what the answer says it leaves out, or an error with one of the codes. */
  const askUnderFault = async (app: TestApp, question: Question, kind: Kind, states: readonly State[]) => {
    const began = performance.now();
    const { data, errors } = await app.post<Record<string, unknown>>(question.document);
    expect(performance.now() - began).toBeLessThan(deadlineSeconds * 1000 + SLACK_MS);
    if (errors !== undefined) {
      for (const { extensions, message } of errors) expect(kind.codes, message).toContain(extensions.code);
      return;
    }
    if (kind.unseenIn?.includes(mode)) return;
    expectRight(question, data, states);
  };

  /** Without any help but the refreshes that come all the time. */
  const expectRecovery = async (app: TestApp, kind: Kind, state: State) => {
    if (kind.unseenIn?.includes(mode)) {
      // What was not noticed stays in the engine's memory, as docs/FAULTS.md tells. It answers, that is all.
      for (const { document } of Object.values(QUESTIONS)) await app.ask(document);
      return;
    }
    await expect
      .poll(
        async () => {
          await app.refresh();
          const answers = [];
          for (const question of Object.values(QUESTIONS)) {
            const { data, errors } = await app.post<Record<string, unknown>>(question.document);
            answers.push(errors?.map(({ extensions }) => extensions.code) ?? data);
          }
          return answers;
        },
        { timeout: 10_000, interval: 50 },
      )
      .toEqual(
        Object.values(QUESTIONS).map((question) => ({
          dataset: { quarantined: [] },
          ...(question.answer(state) as object),
        })),
      );
  };

  let queriesDirectory: string;

  test.each(kinds)('$name', { timeout: 60_000 }, async (kind) => {
    queriesDirectory = await queriesWith(QUERY_FILES);
    const state = path.join(scratch, 'state');
    await cp(path.join(await prepare(kind.store), 'rollups.duckdb'), path.join(state, 'rollups.duckdb'));
    proxy.fault = kind.store;
    const app = await start(state);
    try {
      await app.refresh();
      expect(app.takeStatements()).not.toContain('partials');

      const states = statesOf(kind, BASE, OLD_DAY);
      await under(kind, 'questions', async () => {
        // Summaries rest on the rollups, and the store is not asked.
        const { data } = await app.post<Record<string, unknown>>(QUESTIONS.summary.document);
        expectRight(QUESTIONS.summary, data, [BASE]);
        await Promise.all(SCANS.map((question) => askUnderFault(app, question, kind, states)));
        for (const question of Object.values(QUESTIONS)) {
          await askUnderFault(app, question, kind, states);
        }
      });
      await expectRecovery(app, kind, BASE);

      await put(NEW_DAY, 1);
      const after = { ...BASE, [NEW_DAY]: 1 };
      await under(kind, 'refresh', async () => {
        const began = performance.now();
        await app.refresh();
        expect(performance.now() - began).toBeLessThan(REFRESH_MS);
        await askUnderFault(app, QUESTIONS.summary, kind, [BASE, ...statesOf(kind, after, NEW_DAY)]);
      });
      await expectRecovery(app, kind, after);
      await expectNothingLeft(state);
    } finally {
      proxy.fault = undefined;
      await app.close();
      await server.remove(bucket, `telemetry/${keyOf(NEW_DAY)}`);
      await rm(state, { recursive: true, force: true });
    }
  });

  /** The fault lasts for as long as the work, and has to have come about by then. */
  async function under(kind: Kind, phase: Phase, work: () => Promise<void>): Promise<void> {
    const day = phase === 'questions' ? OLD_DAY : NEW_DAY;
    const decide = kind.begin({
      isTarget: ({ url }) => url.includes(keyOf(day)),
      swap: (version) => put(day, version),
    });
    const done = () => proxy.done.get(kind.does) ?? 0;
    const before = done();
    proxy.fault = async (request) =>
      [await decide(request), await kind.store?.(request)].flat().filter(isFault);
    await work();
    proxy.fault = kind.store;
    const cannot = kind.neverIn?.mode === mode && kind.neverIn.phase === phase;
    expect(done() > before, `${kind.does} was done to an answer, phase: ${phase}`).toBe(!cannot);
    if (kind.swaps !== undefined) await put(day, 1);
  }

  async function expectNothingLeft(state: string): Promise<void> {
    // What hangs has a time-out of its own, after which nothing may be left of it.
    await expect.poll(() => proxy.pending, { timeout: 10_000 }).toBe(0);
    if (mode !== 'cached') return;
    const objects = path.join(state, 'objects');
    const files = await readdir(objects);
    expect(files.filter((name) => !name.endsWith('.parquet'))).toEqual([]);
    const sizes = await Promise.all(files.map(async (name) => (await stat(path.join(objects, name))).size));
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThanOrEqual(cacheBytes);
  }
}

function expectRight(question: Question, data: Record<string, unknown>, states: readonly State[]): void {
  const { dataset, ...answer } = data as { dataset: { quarantined: { key: string }[] } };
  const keys = dataset.quarantined.map(({ key }) => key);
  const right = states.map((state) => JSON.stringify(question.answer(without(state, keys))));
  expect(right).toContain(JSON.stringify(answer));
}

function statesOf({ swaps = 1 }: Kind, state: State, day: number): State[] {
  return [state, ...Array.from({ length: swaps - 1 }, (_, index) => ({ ...state, [day]: index + 2 }))];
}

function isFault(fault: Fault | undefined): fault is Fault {
  return fault !== undefined;
}
