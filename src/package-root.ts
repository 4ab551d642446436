import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of package.json, query files and what setup:httpfs brings: of a checkout, and of what is built from it in `dist`. */
export const PACKAGE_ROOT = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const above = path.dirname(folder);
  if (above === folder)
    throw new Error(`expected package.json above ${import.meta.dirname}, but there is none`);
  return rootAbove(above);
}

export function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'),
  );
  return manifest.version;
}
