/** Lists the licences of all that a release installs, and fails when one of them is not allowed. */
import { readFileSync } from 'node:fs';
import { isAllowed, licencesOf } from './licences/licences.ts';

const packages = licencesOf(readFileSync('package-lock.json', 'utf8'));
for (const { name, version, licence } of packages) console.log(`${licence}\t${name}@${version}`);
const refused = packages.filter(({ licence }) => !isAllowed(licence));
if (refused.length > 0) {
  console.error(
    `expected licences that scripts/licences/licences.ts allows, but got:\n${refused.map(({ name, licence }) => `  - ${name}: ${licence}`).join('\n')}`,
  );
  process.exitCode = 1;
}
