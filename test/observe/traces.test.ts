import { afterEach, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { appOver } from '../support/app-over.ts';
import { logLines } from '../support/log-lines.ts';
import {
  attributesOf,
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from '../support/otlp-receiver.ts';
import { serverOver } from '../support/server-over.ts';

const QUERY =
  'query Fleet { devices(first: 2) { edges { node { deviceId } } } hourlyAvg { rows { deviceId } } }';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

let receiver: OtlpReceiver;
afterEach(() => receiver.stop());

/** `parent/child` paths of names, sorted. */
function pathsOf(spans: readonly ReceivedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const path = ({ name, parentSpanId }: ReceivedSpan): string => {
    const parent = byId.get(parentSpanId ?? '');
    return parent === undefined ? name : `${path(parent)} > ${name}`;
  };
  return spans.map(path).sort();
}

async function traced(
  environment: Readonly<Record<string, string>>,
  ask: (app: Awaited<ReturnType<typeof appOver>>) => Promise<unknown>,
) {
  receiver = await startOtlpReceiver();
  const lines = logLines();
  const app = await appOver(
    'plain',
    { log: lines.log },
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      ...environment,
    },
  );
  try {
    await app.refresh();
    await ask(app);
  } finally {
    await app.close();
  }
  return { spans: receiver.spans(), lines };
}

const post = (
  app: Awaited<ReturnType<typeof appOver>>,
  query: string,
  headers: Record<string, string> = {},
) =>
  app.get('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

test('an operation is a tree: request, operation, loaders, scans, statements; the caller’s trace goes on', async () => {
  const { spans, lines } = await traced({}, (app) =>
    post(app, QUERY, { traceparent: `00-${TRACE}-${PARENT}-01` }),
  );
  const own = spans.filter(({ traceId }) => traceId === TRACE);
  const root = 'POST /graphql';
  expect(pathsOf(own)).toEqual([
    root,
    `${root} > query Fleet`,
    `${root} > query Fleet > load devices`,
    `${root} > query Fleet > load devices > duckdb devices`,
    `${root} > query Fleet > load hourly_avg`,
    `${root} > query Fleet > load hourly_avg > scan hourly_avg`,
    `${root} > query Fleet > load hourly_avg > scan hourly_avg > duckdb hourly_avg`,
  ]);
  const server = own.find(({ name }) => name === root);
  expect(server).toMatchObject({ parentSpanId: PARENT, kind: 2, status: { code: 0 } });
  expect(attributesOf(server?.attributes ?? [])).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'telemetry.cache': 'miss',
    'telemetry.statements': 2,
  });
  expect(lines.of('Request').at(-1)).toMatchObject({ traceId: TRACE });
  // Each lies within its parent, though statements are told of when they are over.
  const byId = new Map(own.map((span) => [span.spanId, span]));
  for (const span of own) {
    const parent = byId.get(span.parentSpanId ?? '');
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
    if (parent === undefined) continue;
    expect(BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano) - 1_000_000n, span.name).toBe(
      true,
    );
    expect(BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano) + 1_000_000n, span.name).toBe(true);
  }
});

test('a refresh is a trace of its own, also when a question sets it off', async () => {
  const { spans } = await traced({}, async (app) => {
    await app.get('/overview', { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });
  });
  const refreshes = spans.filter(({ name }) => name === 'refresh');
  expect(refreshes.length).toBeGreaterThan(0);
  expect(refreshes.every(({ traceId, parentSpanId }) => traceId !== TRACE && !parentSpanId)).toBe(true);
  expect(pathsOf(spans)).toContain('refresh > scan partials > duckdb partials');
});

test('a failure is told by its code, without a message; the caller’s mistakes are no failures of the server', async () => {
  const { spans } = await traced({}, async (app) => {
    await post(app, 'query Wrong { devices(after: "x") { totalCount } }');
    await app.get('/devices.nothing');
    await app.get('/nothing');
  });
  expect(spans.find(({ name }) => name === 'query Wrong')).toBeDefined();
  for (const name of ['POST /graphql', 'GET /devices', 'GET other']) {
    expect(spans.find((span) => span.name === name)?.status.code, name).toBe(0);
  }
});

test('the export of a table is a span until its last byte', async () => {
  const { spans } = await traced({}, async (app) => {
    await (await app.get('/readings.csv')).text();
  });
  const request = spans.find(({ name }) => name === 'GET /readings');
  expect(attributesOf(request?.attributes ?? [])).toMatchObject({ 'telemetry.statements': 2 });
  expect(pathsOf(spans)).toContain('GET /readings > scan export_readings > duckdb export_readings');
});

test('the sampler and the propagator are those that the variables name', async () => {
  const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
  const off = await traced({ OTEL_TRACES_SAMPLER: 'always_off' }, (app) => post(app, QUERY, headers));
  expect(off.spans).toEqual([]);
  await receiver.stop();
  const unsampled = { traceparent: `00-${TRACE}-${PARENT}-00` };
  const parent = await traced({}, (app) => post(app, QUERY, unsampled));
  expect(parent.spans.filter(({ traceId }) => traceId === TRACE)).toEqual([]);
  await receiver.stop();
  const alone = await traced({ OTEL_PROPAGATORS: 'none' }, (app) => post(app, QUERY, headers));
  expect(alone.spans.find(({ name }) => name === 'query Fleet')).toBeDefined();
  expect(alone.spans.filter(({ traceId }) => traceId === TRACE)).toEqual([]);
});

test('the process reads the variables, sends protobuf unless told otherwise, and what is left at its end', async () => {
  receiver = await startOtlpReceiver();
  const server = await serverOver('plain', {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.name=overruled',
    OTEL_SERVICE_NAME: 'my-telemetry',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  });
  await server.close();
  expect(await server.exit).toBe(0);
  const { requests } = receiver;
  expect(requests.map(({ path, type }) => [path, type])).toContainEqual([
    '/v1/traces',
    'application/x-protobuf',
  ]);
  const sent = Buffer.concat(requests.map(({ body }) => body)).toString('latin1');
  for (const text of ['my-telemetry', 'staging', 'GET /overview', 'refresh', 'duckdb overview']) {
    expect(sent).toContain(text);
  }
  expect(sent).not.toContain('overruled');
});

test('a collector that takes nothing is told of once, and keeps nothing from going on', async () => {
  receiver = await startOtlpReceiver(400);
  const lines = logLines();
  const app = await appOver(
    'plain',
    { log: lines.log },
    { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_BSP_SCHEDULE_DELAY: '1' },
  );
  onTestFinished(() => app.close());
  for (let round = 1; round <= 3; round++) {
    expect((await app.get(`/devices?first=${round}`)).status).toBe(200);
    const sent = () => receiver.requests.length;
    await expect.poll(sent, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(round);
  }
  expect(lines.of('Traces cannot be sent; trying on')).toHaveLength(1);
});

test('traces are off unless a variable switches them on', () => {
  const on = (variables: Record<string, string>) => loadConfig(variables).tracing !== undefined;
  expect(on({})).toBe(false);
  expect(on({ OTEL_SERVICE_NAME: 'x' })).toBe(false);
  expect(on({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' })).toBe(false);
  expect(on({ OTEL_SDK_DISABLED: 'True', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' })).toBe(false);
  expect(on({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe(true);
  expect(loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/' }).tracing?.url).toBe(
    'http://c:4318/base/v1/traces',
  );
  expect(
    loadConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:1/own',
    }).tracing?.url,
  ).toBe('http://t:1/own');
});

test.each([
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'expected one of http/protobuf, http/json, but got: grpc'],
  ['OTEL_TRACES_SAMPLER', 'most', 'expected one of always_on'],
  ['OTEL_TRACES_SAMPLER_ARG', '2', 'expected a number from 0 to 1, but got: 2'],
  ['OTEL_TRACES_EXPORTER', 'otlp,zipkin', 'expected one of otlp, console, none, but got: zipkin'],
  ['OTEL_PROPAGATORS', 'b3', 'expected one of tracecontext, baggage, none, but got: b3'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '-1', 'expected at least 0, but got: -1'],
])('%s=%s stops the start', (name, value, message) => {
  expect(() => loadConfig({ [name]: value })).toThrow(`${name}: ${message}`);
});

test('an endpoint that is none is not repeated: it may hold a password', () => {
  const load = () => loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'user:hunter2@collector' });
  expect(load).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL');
  expect(load).not.toThrow('hunter2');
});
