/**
 * Asks the registry for known weaknesses of what a release installs, and fails when there are some. Not every mirror
 * of a registry takes that question: then nothing is known, which is told and is no failure.
 */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';

const found = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
/** What npm tells of a question that the registry has not taken. */
const notAsked = z.object({ message: z.string() });

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
if (error !== undefined) throw error;
const told = z.union([found, notAsked]).parse(JSON.parse(stdout));
if ('message' in told) {
  console.warn(`Known weaknesses: not known, since the registry cannot be asked. ${told.message}`);
} else {
  const weaknesses = Object.entries(told.vulnerabilities);
  for (const [name, { severity, range }] of weaknesses) console.error(`${severity}\t${name} ${range}`);
  if (weaknesses.length > 0) process.exitCode = 1;
  else console.log('Known weaknesses: none');
}
