import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { parse as parseToml } from 'smol-toml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { imageSettings, instructions } from './dockerfile.ts';
import { codeBlocks, ROOT, readText, section } from './markdown.ts';

/** Sources in the repository that COPY takes. */
const copied = instructions
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) =>
    line
      .split(/\s+/)
      .slice(1, -1)
      .filter((word) => !word.startsWith('--')),
  );

const command: string[] = JSON.parse(
  instructions.findLast((line) => line.startsWith('CMD '))?.slice(4) ?? '[]',
);

test('what the Dockerfile copies exists, and .dockerignore lets it through', () => {
  expect(copied).not.toEqual([]);
  const ignore = readText('.dockerignore').split('\n');
  for (const source of copied) {
    expect(existsSync(path.join(ROOT, source)), source).toBe(true);
    expect(ignore).toContain(`!${source}`);
  }
});

test('it starts node directly, with a file that is copied', () => {
  const [program, file = ''] = command;
  expect(program).toBe('node');
  expect(existsSync(path.join(ROOT, file))).toBe(true);
  expect(copied).toContain(file.split('/')[0]);
});

test('the image has a list of what is in it', () => {
  const made = instructions.findIndex(
    (line) => line.includes('npm sbom') && line.endsWith('> sbom.cdx.json'),
  );
  expect(made).toBeGreaterThan(instructions.findIndex((line) => line.startsWith('RUN npm ci')));
  expect(instructions).toContain('COPY --from=build /app/sbom.cdx.json ./');
});

test('it has nothing that the reference of Dockerfiles does not know, and pins what it builds on', () => {
  expect(validate(readText('Dockerfile'))).toEqual([]);
  // The version that tests run on, whatever of Node.js 24 comes after it.
  const { packages } = JSON.parse(readText('package-lock.json'));
  for (const line of instructions.filter((one) => one.startsWith('FROM ')))
    expect(line.split(' ')[1]).toBe(`node:${packages['node_modules/node'].version}-bookworm-slim`);
});

test('images that compose fetches have a whole version', () => {
  const { services } = parse(readText('compose.yaml'), { merge: true }) as {
    services: Record<string, { image: string; build?: string }>;
  };
  const fetched = Object.values(services).filter(({ build }) => build === undefined);
  const images = fetched.map(({ image }) => image);
  expect(images.length).toBeGreaterThan(2);
  // Trino counts its versions by one number.
  for (const image of images)
    expect(image).toMatch(/^(trinodb\/trino:\d+|[\w/-]+:v?\d+\.\d+\.\d+)(@sha256:[0-9a-f]{64})?$/);
});

test('the commands are in the image, by their name', () => {
  const link = instructions
    .map((line) => /ln -s (\/app\/(\S+)) \/usr\/local\/bin\/(\S+)/.exec(line))
    .find((found) => found !== null);
  const { bin } = JSON.parse(readText('package.json')) as { bin: Record<string, string> };
  expect(bin).toEqual({ [link?.[3] ?? '']: link?.[2] });
  expect(statSync(path.join(ROOT, link?.[2] ?? '')).mode & 0o111).not.toBe(0);
});

test('it runs as another user than root', () => {
  expect(instructions).toContain('USER node');
});

test('the image alone does not open a bucket to a network: it starts when told who may ask', () => {
  expect(() => loadConfig(imageSettings)).toThrow('HOST: expected a loopback address');
});

/** Settings of the examples: `-e NAME=value` in the README, and the environment in the file of a platform. */
const readme = readText('README.md');
const render = parse(readText('render.yaml')) as {
  services: {
    maxShutdownDelaySeconds?: number;
    envVars: { key: string; value?: string; sync?: boolean }[];
  }[];
};
const railway = JSON.parse(readText('railway.json')) as {
  deploy?: { drainingSeconds?: number };
};
const fly = parseToml(readText('fly.toml')) as {
  kill_timeout: string;
  env: Record<string, string>;
};
const dockerRuns = codeBlocks(section(readme, 'Docker'), 'sh')
  .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.startsWith('docker run'));
const settingsOfRun = (line: string) =>
  Object.fromEntries([...line.matchAll(/-e (\w+)=(\S+)/g)].map(([, name, value]) => [name, value ?? '']));
const examples: [string, Record<string, string>][] = [
  ...dockerRuns.map((line): [string, Record<string, string>] => ['Docker', settingsOfRun(line)]),
  [
    'Render',
    Object.fromEntries(
      (render.services[0]?.envVars ?? []).map(({ key, value }) => [key, value ?? 'https://filled.example']),
    ),
  ],
  ['Fly.io', fly.env],
];

test.each(examples)('%s: the example of the README says who may ask, and starts', (_place, settings) => {
  const { access } = loadConfig({ ...imageSettings, ...settings, S3_BUCKET: 'my-bucket' });
  expect(access.mode === 'required' || settings['AUTH'] === 'open').toBe(true);
});

/** How long each platform is told to wait between SIGTERM and SIGKILL, and the settings of its example. */
const stops: [string, unknown, Record<string, string>][] = [
  ...dockerRuns.map((line): [string, unknown, Record<string, string>] => [
    'Docker',
    /--stop-timeout (\S+)/.exec(line)?.[1],
    settingsOfRun(line),
  ]),
  ['Render', render.services[0]?.maxShutdownDelaySeconds, Object.fromEntries(examples)['Render'] ?? {}],
  ['Railway', railway.deploy?.drainingSeconds, {}],
  ['Fly.io', /^(\d+)s$/.exec(fly.kill_timeout)?.[1], Object.fromEntries(examples)['Fly.io'] ?? {}],
];

test.each(stops)('%s: it may stop as slowly as it says', (_place, seconds, settings) => {
  const { shutdownDelayMs } = loadConfig({
    ...imageSettings,
    AUTH: 'open',
    SHUTDOWN_DELAY_SECONDS: settings['SHUTDOWN_DELAY_SECONDS'],
  });
  const most = /and (\d+) more before a kill/.exec(section(readme, 'Deployment'))?.[1];
  expect(Number(seconds)).toBeGreaterThanOrEqual(shutdownDelayMs / 1000 + Number(most));
  // What runs has eight seconds of ten, as `serve.ts` has it.
  expect(Number(most)).toBeGreaterThan(10);
});
