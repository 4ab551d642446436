import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/environment.ts';
import { viewerOf } from '../../src/http/viewer.ts';
import { imageSettings, instructions } from '../docs/dockerfile.ts';
import { ROOT, readText, section, tableRows } from '../docs/markdown.ts';

/** What the AWS SDK reads by itself. */
const AWS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const HEALTH = z.enum(['/livez', '/health', '/ready']);
const readme = readText('README.md');
const unknown = (names: readonly string[]) =>
  names.filter((name) => !SETTINGS.includes(name) && !AWS.includes(name));

// The keys that each platform has in its reference, as far as these files use them; a mistyped one is none of them.
const render = z.strictObject({
  services: z.tuple([
    z.strictObject({
      type: z.literal('web'),
      name: z.string(),
      runtime: z.literal('docker'),
      plan: z.enum(['starter', 'standard', 'pro', 'pro plus', 'pro max', 'pro ultra']),
      healthCheckPath: HEALTH,
      maxShutdownDelaySeconds: z.int().min(1).max(300),
      envVars: z.array(
        z.union([
          z.strictObject({ key: z.string(), value: z.string() }),
          z.strictObject({ key: z.string(), sync: z.literal(false) }),
        ]),
      ),
    }),
  ]),
});

const railway = z.strictObject({
  $schema: z.literal('https://railway.com/railway.schema.json'),
  build: z.strictObject({ builder: z.literal('DOCKERFILE'), dockerfilePath: z.string() }),
  deploy: z.strictObject({
    healthcheckPath: HEALTH,
    healthcheckTimeout: z.int().positive(),
    drainingSeconds: z.int().positive(),
    restartPolicyType: z.enum(['ON_FAILURE', 'ALWAYS', 'NEVER']),
  }),
});

const seconds = z.string().regex(/^\d+s$/);
const fly = z.strictObject({
  app: z.string(),
  primary_region: z.string().length(3),
  kill_signal: z.literal('SIGTERM'),
  kill_timeout: seconds,
  build: z.strictObject({ dockerfile: z.string() }),
  env: z.record(z.string(), z.string()),
  files: z.tuple([z.strictObject({ guest_path: z.string(), secret_name: z.string() })]),
  http_service: z.strictObject({
    internal_port: z.int(),
    force_https: z.literal(true),
    min_machines_running: z.int(),
    checks: z.tuple([
      z.strictObject({
        method: z.literal('GET'),
        path: HEALTH,
        interval: seconds,
        timeout: seconds,
        grace_period: seconds,
      }),
    ]),
  }),
  mounts: z.tuple([
    z.strictObject({
      source: z.string(),
      destination: z.string(),
      initial_size: z.string().regex(/^\d+gb$/),
    }),
  ]),
  vm: z.tuple([z.strictObject({ size: z.string(), memory: z.string() })]),
});

test('the image has no VOLUME, with which Railway refuses to build it, and a /data for the user of the service', () => {
  expect(instructions.filter((line) => line.startsWith('VOLUME'))).toEqual([]);
  expect(instructions.join('\n')).toContain(`install -d -o node -g node ${imageSettings['STATE_DIR']}`);
});

test('render.yaml has keys of Render and settings of the service; no secret stands in it', () => {
  const [{ envVars, healthCheckPath }] = render.parse(parse(readText('render.yaml'))).services;
  // Asked all the time, and what fails it is started again: the process alone, not the bucket.
  expect(healthCheckPath).toBe('/health');
  expect(unknown(envVars.map(({ key }) => key))).toEqual([]);
  for (const variable of envVars.filter(({ key }) => AWS.includes(key)))
    expect(variable).toHaveProperty('sync');
});

test('railway.json has keys of Railway, and a Dockerfile that is there', () => {
  const { build, deploy } = railway.parse(JSON.parse(readText('railway.json')));
  expect(existsSync(path.join(ROOT, build.dockerfilePath))).toBe(true);
  // Asked at a deployment alone.
  expect(deploy.healthcheckPath).toBe('/ready');
  expect(section(readme, 'Railway')).toContain(`(${deploy.healthcheckTimeout} s)`);
});

test('fly.toml has keys of Fly.io, the port of the image, and settings of the service', () => {
  const file = fly.parse(parseToml(readText('fly.toml')));
  expect(unknown(Object.keys(file.env))).toEqual([]);
  // What stands before a check that fails keeps requests away, and starts nothing again.
  expect(file.http_service.checks[0].path).toBe('/ready');
  expect(file.mounts[0].destination).toBe(imageSettings['STATE_DIR']);
  expect(file.http_service.internal_port).toBe(Number(imageSettings['PORT']));
  expect(file.files[0].guest_path).toBe(file.env['API_KEYS_FILE']);
  expect(existsSync(path.join(ROOT, file.build.dockerfile))).toBe(true);
});

const [, railwayProxies] = /`TRUSTED_PROXIES=(\d+)`/.exec(section(readme, 'Railway')) ?? [];
const renderSettings = () =>
  Object.fromEntries(
    render
      .parse(parse(readText('render.yaml')))
      .services[0].envVars.map((variable) => [variable.key, 'value' in variable ? variable.value : '']),
  );

// What each platform's reference, or who has looked there, says that its proxies add.
test.each([
  ['Render', () => renderSettings()['TRUSTED_PROXIES'], ['104.22.17.40']],
  ['Railway', () => railwayProxies, ['152.233.33.1']],
  ['Fly.io', () => fly.parse(parseToml(readText('fly.toml'))).env['TRUSTED_PROXIES'], ['66.241.124.1']],
])('%s: callers are told apart by their own address, whatever they claim', (place, proxies, added) => {
  const { trustedProxies } = loadConfig({ TRUSTED_PROXIES: proxies() }).limits.traffic;
  const seen = (...claimed: string[]) =>
    viewerOf('10.0.0.1', [...claimed, '203.0.113.7', ...added].join(', '), trustedProxies);
  expect([seen(), seen('198.51.100.1'), seen('198.51.100.1', '198.51.100.2')]).toEqual(
    Array(3).fill('203.0.113.7'),
  );
  const told = tableRows(section(readme, 'Behind the proxies of a platform'));
  expect(told.find(([where]) => where === place)?.[2]).toBe(`\`${proxies()}\``);
});
