import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { datasets } from '../support/datasets.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Which of the packages a process has loaded when it listens. */
async function loaded(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const file = path.join(directory, 'imports.txt');
  const server = await startServerProcess({
    DATA_DIR: directory,
    STATE_DIR: directory,
    NODE_OPTIONS: `--import ${path.resolve('test/support/tell-imports.ts')}`,
    IMPORTS_FILE: file,
    ...environment,
  });
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await server.exit;
  });
  const urls = await readFile(file, 'utf8');
  expect(urls).toContain('/src/observe/observer.ts');
  return ['prom-client', '@opentelemetry/sdk-trace', '@opentelemetry/api'].filter((name) =>
    urls.includes(`/node_modules/${name}/`),
  );
}

test('metrics and traces are loaded only where they are switched on', async () => {
  expect(await loaded({})).toEqual([]);
  expect(await loaded({ METRICS_TOKEN: 'metrics-of-24-characters' })).toEqual([
    'prom-client',
    '@opentelemetry/api',
  ]);
  expect(await loaded({ OTEL_TRACES_EXPORTER: 'otlp' })).toEqual([
    '@opentelemetry/sdk-trace',
    '@opentelemetry/api',
  ]);
});
