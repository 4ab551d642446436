import { existsSync } from 'node:fs';
import { chmod, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { digestOf, newKey } from '../../access/api-key.ts';
import type { Flags } from '../command.ts';
import { addKey } from './add-key.ts';
import { parseOptions } from './options.ts';

/** `telemetry-api key create` */
export async function createKey(flags: Flags): Promise<void> {
  const options = parseOptions(flags, process.env['API_KEYS_FILE']);
  const key = newKey();
  const { id, ...entry } = options.entry;
  const added = { id, hash: `sha256:${digestOf(key).toString('hex')}`, ...entry };
  if (options.file === undefined) console.log(`Add this to the file of keys:\n\n${addKey('', added)}`);
  else await addTo(options.file, (text) => addKey(text, added));
  console.log(`The key ${id}, which is shown this once and kept nowhere:\n\n${key}`);
}

/** The new file takes the place of the old one in one step, so that no one reads half of it. */
async function addTo(file: string, change: (text: string) => string): Promise<void> {
  const target = existsSync(file) ? await realpath(file) : file;
  const text = existsSync(file) ? await readFile(target, 'utf8') : '';
  const part = `${target}.${process.pid}.part`;
  await writeFile(part, change(text));
  if (text !== '') await chmod(part, (await stat(target)).mode);
  await rename(part, target);
  console.log(`Added to ${file}.`);
}
