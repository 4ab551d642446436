import type { Flags } from './command.ts';
import { SERVER_FLAGS, settingsOf } from './setting-flags.ts';

/** Runs the service in this process, as `npm start` does: signals, exit codes and all. */
export async function serve(flags: Flags): Promise<void> {
  for (const [name, value] of Object.entries(settingsOf(flags, SERVER_FLAGS, process.env))) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  if (flags['watchQueries'] === true) process.env['WATCH_QUERIES'] = 'true';
  await import('../main.ts');
}
