import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig, SETTINGS } from '../../src/config/config.ts';
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

const folders = readdirSync(path.join(ROOT, 'examples'))
  .map((name) => `examples/${name}`)
  .filter((folder) => existsSync(path.join(ROOT, folder, 'compose.yaml')));

describe.each(folders)('%s', (folder) => {
  const { services, volumes } = compose.parse(parse(readText(`${folder}/compose.yaml`), { merge: true }));
  const all = Object.entries(services);
  const own = all.filter(([, { image }]) => image === IMAGE);
  const at = (relative: string) => path.join(ROOT, folder, relative);
  const mounts = all.flatMap(([name, service]) =>
    service.volumes.map((volume) => [name, ...volume.split(':')] as [string, string, string, string?]),
  );

  test('what is built and mounted is there', () => {
    for (const [, { build }] of own) expect(existsSync(at(`${build}/Dockerfile`))).toBe(true);
    const files = mounts.filter(([, source]) => source.startsWith('.'));
    expect(files.length).toBeGreaterThan(2);
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
      const config = loadConfig({ ...imageSettings, ...environment });
      expect([name, config.trino !== undefined]).toEqual([name, true]);
    }
  });

  test('replicas differ in their volumes alone', () => {
    const replicas = own
      .filter(([name]) => name.startsWith('api-'))
      .map(([, { volumes: _, ...rest }]) => rest);
    expect(replicas.length).toBe(2);
    expect(new Set(replicas.map((replica) => JSON.stringify(replica))).size).toBe(1);
  });

  test('hosts that are named are services, at the ports that these listen at', () => {
    const balanced = /reverse_proxy ((?:\S+:\d+ )+)/
      .exec(readText(`${folder}/Caddyfile`))?.[1]
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
    const used = [...readText(path.join(folder, source)).matchAll(/\$\{ENV:(\w+)\}/g)].map(
      ([, name]) => name ?? '',
    );
    expect(used.length).toBeGreaterThan(2);
    expect(used.filter((name) => !(name in (services['trino']?.environment ?? {})))).toEqual([]);
    for (const [, { environment }] of own)
      expect(environment['TRINO_CATALOG']).toBe(path.basename(source, '.properties'));
  });
});
