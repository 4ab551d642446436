import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A file of two keys, which may read everything. The one may have answers explained, too. */
export async function keyFile(): Promise<{ file: string; reader: string; explainer: string }> {
  const [reader, explainer] = [newKey(), newKey()];
  const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;
  const file = path.join(await temporaryFolder(), 'keys.yaml');
  await writeFile(
    file,
    `keys:
  - { id: reader, hash: "${hashOf(reader)}", devices: all }
  - { id: explainer, hash: "${hashOf(explainer)}", devices: all, permissions: [read, explain] }
`,
  );
  return { file, reader, explainer };
}
