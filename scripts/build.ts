/**
 * Puts into `dist` what a package needs: Node.js runs no TypeScript below `node_modules`. `npm pack` does this by itself;
 * a checkout and the image run `src` as it is.
 */
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';

await rm('dist', { recursive: true, force: true });
execFileSync('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const folder of ['src', 'schema']) {
  await cp(folder, `dist/${folder}`, { recursive: true, filter: (file) => !file.endsWith('.ts') });
}
