import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A file of two keys: one that may read everything, and one that may only have the objects listed again. */
export async function keysOf(): Promise<{ file: string; reader: string; importer: string }> {
  const [reader, importer] = [newKey(), newKey()];
  const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;
  const file = path.join(await temporaryFolder(), 'keys.yaml');
  await writeFile(
    file,
    `keys:
  - { id: reader, hash: "${hashOf(reader)}", devices: all }
  - { id: importer, hash: "${hashOf(importer)}", devices: all, permissions: [refresh] }
`,
  );
  return { file, reader, importer };
}
