import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A file of four keys. Two may read everything, of which one may have answers explained, too; the third may only have the
 * objects listed again; the last one sees one device of the fleet of the dashboard.
 */
export async function keyFile() {
  const [reader, explainer, importer, ofOne] = [newKey(), newKey(), newKey(), newKey()];
  const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;
  const file = path.join(await temporaryFolder(), 'keys.yaml');
  await writeFile(
    file,
    `keys:
  - { id: reader, hash: "${hashOf(reader)}", devices: all }
  - { id: explainer, hash: "${hashOf(explainer)}", devices: all, permissions: [read, explain] }
  - { id: importer, hash: "${hashOf(importer)}", devices: all, permissions: [refresh] }
  - { id: one, hash: "${hashOf(ofOne)}", devices: { ids: [pack-003] } }
`,
  );
  return { file, reader, explainer, importer, ofOne };
}
