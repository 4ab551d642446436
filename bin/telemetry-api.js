#!/usr/bin/env node
// Node.js runs the TypeScript of a checkout as it is, but none below `node_modules`: there, what `npm pack` has built runs.
// Written for any Node.js, so that an old one is told what it lacks.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`expected Node.js ${NEEDED.join('.')} or newer, but got: ${process.versions.node}`);
  process.exitCode = 1;
} else {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const isInstalled = root.split(path.sep).includes('node_modules');
  const entry = isInstalled ? 'dist/src/cli/main.js' : 'src/cli/main.ts';
  await import(pathToFileURL(path.join(root, entry)).href);
}
