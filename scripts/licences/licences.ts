import { z } from 'zod';

/** They ask for no more than that their text and notices come along, which is in `node_modules`. */
const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
];

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX has it; `none` when the package tells none. */
  readonly licence: string;
}

/** What `npm ci --omit=dev` installs, on any platform, by name. @param lock the text of package-lock.json */
export function licencesOf(lock: string): LicensedPackage[] {
  const { packages } = lockFile.parse(JSON.parse(lock));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version = '', license = 'none' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
    }))
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** One of several to choose from is enough; of several that hold together all have to be. */
export function isAllowed(licence: string): boolean {
  const expression = licence.replaceAll(/[()]/g, '');
  return expression
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => ALLOWED.includes(one.trim())));
}
