import { existsSync } from 'node:fs';
import path from 'node:path';
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

test('it runs as another user than root', () => {
  expect(instructions).toContain('USER node');
});

test('the image alone does not open a bucket to a network: it starts when told who may ask', () => {
  expect(() => loadConfig(imageSettings)).toThrow('HOST: expected a loopback address');
});

/** Settings of the examples in the README: `-e NAME=value`, and the environment of a platform. */
const readme = readText('README.md');
const render = parse(codeBlocks(section(readme, 'Render'), 'yaml')[0] ?? '') as {
  services: {
    maxShutdownDelaySeconds?: number;
    envVars: { key: string; value?: string; sync?: boolean }[];
  }[];
};
const railway = JSON.parse(codeBlocks(section(readme, 'Railway'), 'json')[0] ?? '{}') as {
  deploy?: { drainingSeconds?: number };
};
const flyFile = codeBlocks(section(readme, 'Fly.io'), 'toml')[0] ?? '';
const fly = /^\[env\]\n([\s\S]*?)\n\n/m.exec(flyFile)?.[1] ?? '';
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
  [
    'Fly.io',
    Object.fromEntries([...fly.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name, value]) => [name, value])),
  ],
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
  ['Fly.io', /^kill_timeout = "(\d+)s"$/m.exec(flyFile)?.[1], Object.fromEntries(examples)['Fly.io'] ?? {}],
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
