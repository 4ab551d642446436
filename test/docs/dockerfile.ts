import { readText } from './markdown.ts';

/** Those of the Dockerfile, each in one line. */
export const instructions: readonly string[] = readText('Dockerfile')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line.trim()))
  .map((line) => line.trim());

/** What the image sets. */
export const imageSettings: Readonly<Record<string, string>> = Object.fromEntries(
  instructions
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => line.slice(4).split(/\s+/))
    .map((pair) => pair.split('=')),
);
