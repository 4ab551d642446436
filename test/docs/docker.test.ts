import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readText } from './markdown.ts';

const instructions = readText('Dockerfile')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line.trim()))
  .map((line) => line.trim());

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
