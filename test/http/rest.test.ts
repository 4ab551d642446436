import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { responses } from '../../src/http/rest/openapi.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
});
afterAll(() => app.close());

test.each([
  ['/overview', responses.Overview],
  ['/daily-summary', z.array(responses.DailySummary).min(1)],
  ['/devices', z.array(responses.Device).min(1)],
  ['/devices/latest', z.array(responses.LatestReading).min(1)],
  ['/readings?device_id=dev-1', z.array(responses.Reading).length(100)],
])('%s answers as its OpenAPI schema says', async (url, schema) => {
  const response = await app.get(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(schema.safeParse(await response.json()).error).toBeUndefined();
});

interface Operation {
  readonly responses: object;
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
}

test('every documented path answers, and documents its parameters', async () => {
  const document = await (await app.get('/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  for (const [path, { get }] of Object.entries<{ get?: Operation }>(document.paths)) {
    if (get === undefined) continue;
    const required = get.parameters?.some(
      (parameter) => parameter.required && parameter.name === 'device_id',
    );
    const url = required ? `${path}?device_id=dev-1` : path;
    expect([url, (await app.get(url)).status]).toEqual([url, 200]);
    expect(get.responses).toHaveProperty('200');
  }
  const names = document.paths['/devices'].get.parameters.map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['device_id', 'search', 'order_by', 'direction', 'first', 'after']),
  );
});

test('filters and order are those of GraphQL', async () => {
  const ids = async (url: string) =>
    (await (await app.get(url)).json()).map((row: { device_id: string }) => row.device_id);
  const { devices } = await app.ask<{ devices: { edges: { node: { deviceId: string } }[] } }>(
    '{ devices(orderBy: {field: AVG_SOC, direction: DESC}) { edges { node { deviceId } } } }',
  );
  expect(await ids('/devices?order_by=avg_soc&direction=desc')).toEqual(
    devices.edges.map(({ node }) => node.deviceId),
  );
  expect(await ids('/devices?device_id=dev-2&device_id=dev-1')).toEqual(['dev-1', 'dev-2']);
  expect(await ids('/devices?search=DEV-3')).toEqual(['dev-3']);
  expect(new Set(await ids('/daily-summary?device_id=dev-4'))).toEqual(new Set(['dev-4']));
});

test('days are inclusive, in the zone', async () => {
  const days = async (url: string) =>
    (await (await app.get(url)).json()).map((row: { date: string }) => row.date);
  const all = await days('/daily-summary?device_id=dev-1');
  expect(await days(`/daily-summary?device_id=dev-1&from=${all[1]}&to=${all[2]}`)).toEqual([all[1], all[2]]);
});

test('pages: the Link header leads through all devices', async () => {
  const found: string[] = [];
  let url: string | undefined = '/devices?first=4&order_by=last_seen&direction=desc';
  while (url !== undefined) {
    const response: Response = await app.get(url);
    expect(response.headers.get('x-total-count')).toBe('6');
    found.push(...(await response.json()).map((row: { device_id: string }) => row.device_id));
    url = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(found).toHaveLength(6);
  expect(new Set(found).size).toBe(6);
});

test('HEAD has the headers and no body', async () => {
  const response = await app.get('/overview', { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.text()).toBe('');
});

test('a request id is given, or kept when it is a sane one', async () => {
  const given = await app.get('/health', { headers: { 'x-request-id': 'abc-123' } });
  expect(given.headers.get('x-request-id')).toBe('abc-123');
  const insane = await app.get('/health', { headers: { 'x-request-id': 'a b"c' } });
  expect(insane.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
