import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { codeBlocks, readText, section } from '../docs/markdown.ts';
import { listening } from '../support/event-stream.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

test('the example with curl shows what the README says', async () => {
  const part = section(readText('README.md'), 'Live');
  const [command = ''] = codeBlocks(part, 'sh');
  const [shown = ''] = codeBlocks(part, 'text');
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('pack-001', '2026-10-27T23:59:31', 41.2)]);
  const app = await appOn(folder);
  const { url } = await listening(app);
  const curl = spawn('bash', ['-c', `exec ${command.replace('http://127.0.0.1:8000', url)}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  for await (const chunk of curl.stdout.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('data: ')) app.endSubscriptions();
  }
  expect(text.endsWith('event: complete\ndata:\n\n')).toBe(true);
  const { version } = (await app.ask<{ dataset: { version: string } }>('{ dataset { version } }')).dataset;
  const [told = ''] = /[0-9a-f]{32}/.exec(shown) ?? [];
  expect(text.slice(0, text.indexOf('event: complete')).trimEnd()).toBe(
    shown.replaceAll(told, version).trimEnd(),
  );
  if (curl.exitCode === null) await once(curl, 'exit');
  expect(curl.exitCode).toBe(0);
});
