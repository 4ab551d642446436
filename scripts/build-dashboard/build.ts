import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { build } from 'vite';
import { DASHBOARD, DIST, isCurrent, STAMP } from './sources.ts';

const COMPRESSED = /\.(js|css|svg)$/;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Beside the old build, which it then takes the place of: a service that starts meanwhile finds one or the other. */
export async function buildDashboard(sources: string): Promise<void> {
  const fresh = path.join(DASHBOARD, `dist.${process.pid}`);
  try {
    await build({ configFile: path.join(DASHBOARD, 'vite.config.ts'), build: { outDir: fresh } });
    await compressFiles(fresh);
    await writeFile(path.join(fresh, path.basename(STAMP)), sources);
    await rm(DIST, { recursive: true, force: true });
    await rename(fresh, DIST).catch(async (error: unknown) => {
      // Another build may have been quicker.
      if (!(await isCurrent(sources))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Once and as small as it gets, so that no request waits for it. */
async function compressFiles(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && COMPRESSED.test(entry.name));
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const content = await readFile(file);
      await writeFile(`${file}.br`, await brotli(content));
      await writeFile(`${file}.gz`, await zip(content, { level: 9 }));
    }),
  );
}
