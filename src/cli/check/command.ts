import { z } from 'zod';
import type { Flags } from '../command.ts';
import { EXIT } from '../fail.ts';
import { DATA_FLAGS, settingsOf } from '../setting-flags.ts';
import { parseFlags, whole } from '../values.ts';
import { reportText } from './report.ts';

const options = z.object({ objects: whole(1, 100_000), json: z.boolean().default(false) });

/** `telemetry-api check` */
export async function check(flags: Flags): Promise<void> {
  const { objects, json } = parseFlags(options, flags);
  const { lookAtAll } = await import('./look-at-all.ts');
  const report = await lookAtAll(settingsOf(flags, DATA_FLAGS, process.env), objects);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (!report.ok) process.exitCode = EXIT.failed;
}
