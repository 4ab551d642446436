import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser of the system, from PATH: playwright-core brings none. @returns undefined where there is none */
export async function chromium(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** @returns why the tests `*.browser.test.ts` cannot run; undefined: they can */
export async function missingChromium(): Promise<string | undefined> {
  return (await chromium()) === undefined
    ? `expected one of ${NAMES.join(', ')} in PATH (Debian: apt-get install chromium), but there is none`
    : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
