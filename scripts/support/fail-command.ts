import { ConfigError } from '../../src/errors.ts';

/** Tells why a command ends without having done its work: mistakes in its options one by one. */
export function failCommand(error: unknown): void {
  if (error instanceof ConfigError) {
    console.error(`${error.problems.map((problem) => `- ${problem}`).join('\n')}\nSee --help.`);
  } else {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  }
  process.exitCode = 1;
}
