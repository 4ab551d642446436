import { expect, inject, onTestFinished, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { logLines } from '../support/log-lines.ts';
import { overviewOf, readReadings } from '../support/reference.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TrinoPlaces } from '../support/trino-places.ts';

const OVERVIEW = '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }';
const HISTOGRAM = '{ histogram(metric: VOLTAGE) { bins { count } } }';

/** As the cluster names it. */
interface Refusal {
  readonly errorName: string;
  readonly errorType: string;
}

interface Limited {
  readonly app: TestApp;
  readonly proxy: FaultProxy;
  readonly lines: ReturnType<typeof logLines>;
  readonly runs: string[];
  /** What `overview` has to be. */
  readonly overview: object;
  /** From now on the cluster answers with this error of its own; null: as it is. */
  limit(refusal: Refusal | null): void;
}

/** Its first two questions, about catalog and columns, are always answered. */
async function limitedCluster(first: Refusal | null): Promise<Limited> {
  const proxy = await startFaultProxy(inject('trinoUrl'));
  onTestFinished(() => proxy.stop());
  let refusal = first;
  let asked = 0;
  proxy.fault = ({ method }) => {
    if (method !== 'POST' || ++asked <= 2 || refusal === null) return undefined;
    const body = JSON.stringify({ id: 'refused', error: { message: 'as the test says', ...refusal } });
    return { kind: 'status', status: 200, body };
  };
  const directory = await temporaryFolder();
  await datasets.overlapping(directory);
  const { environment, remove } = await new TrinoPlaces({ settings: { TRINO_URL: proxy.endpoint } }).put(
    directory,
  );
  const lines = logLines('warn');
  const runs: string[] = [];
  const app = await startApp(
    { REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0', ...environment },
    { log: lines.log, onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`) },
  );
  onTestFinished(async () => {
    await app.close();
    await remove();
  });
  return {
    app,
    proxy,
    lines,
    runs,
    overview: overviewOf(await readReadings(directory, [])),
    limit: (next) => {
      refusal = next;
    },
  };
}

test.each([
  ['too little memory', 'EXCEEDED_LOCAL_MEMORY_LIMIT', 'OUT_OF_MEMORY'],
  ['no memory in the whole cluster', 'CLUSTER_OUT_OF_MEMORY', 'OUT_OF_MEMORY'],
  ['a full disk for what is spilled', 'OUT_OF_SPILL_SPACE', 'OUT_OF_MEMORY'],
  ['a limit of time of its own', 'EXCEEDED_TIME_LIMIT', 'STATEMENT_TIMEOUT'],
])(
  '%s: a refresh asks for fewer objects, and then reads here; a question is told',
  async (_, errorName, code) => {
    const { app, proxy, lines, runs, overview, limit } = await limitedCluster({
      errorName,
      errorType: 'INSUFFICIENT_RESOURCES',
    });
    await app.refresh();
    // All together, in halves, and each alone.
    expect(runs.filter((run) => run === 'partials trino').length).toBeGreaterThan(2);
    expect(runs).toContain('partials building');
    expect(await app.ask(OVERVIEW)).toEqual({ overview });
    expect(
      lines.of('This process reads objects that the table on the cluster does not show as they are'),
    ).toHaveLength(1);
    const { errors } = await app.post(HISTOGRAM);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(proxy.done.get('status')).toBeGreaterThan(3);
    limit(null);
    await app.ask(HISTOGRAM);
  },
);

test.each([
  ['a queue that is full', 'QUERY_QUEUE_FULL', 'INSUFFICIENT_RESOURCES', 'OVERLOADED'],
  ['a user who may not read', 'PERMISSION_DENIED', 'USER_ERROR', 'ENGINE_ACCESS_DENIED'],
  ['a store that the cluster cannot reach', 'HIVE_FILESYSTEM_ERROR', 'EXTERNAL', 'STORAGE_UNAVAILABLE'],
  ['no node that works', 'NO_NODES_AVAILABLE', 'INTERNAL_ERROR', 'ENGINE_UNAVAILABLE'],
])('%s: the view before answers, a question is told', async (_, errorName, errorType, code) => {
  const { app, runs, overview, limit } = await limitedCluster(null);
  await app.refresh();
  expect(runs).toContain('partials trino');
  limit({ errorName, errorType });
  expect(await app.ask(OVERVIEW)).toEqual({ overview });
  const { errors, status } = await app.post(HISTOGRAM);
  expect([status, errors?.map(({ extensions }) => extensions.code)]).toEqual([503, [code]]);
  limit(null);
  await app.ask(HISTOGRAM);
});
