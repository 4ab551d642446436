import { ConfigError, TelemetryError } from '../errors.ts';
import { UsageError } from './usage-error.ts';

export const EXIT = { failed: 1, mistyped: 2 } as const;

/** Tells why a command ends without having done its work: mistakes one by one, all else by its code. */
export function fail(error: unknown, command: string): void {
  if (error instanceof UsageError || error instanceof ConfigError) {
    const lines = error.problems.map((problem) => `- ${problem}`);
    console.error(`${lines.join('\n')}\nSee telemetry-api ${command} --help.`);
  } else if (error instanceof TelemetryError) {
    console.error(`${error.code}: ${error.message}`);
  } else {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  }
  process.exitCode = error instanceof UsageError ? EXIT.mistyped : EXIT.failed;
}
