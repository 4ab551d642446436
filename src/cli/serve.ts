import { run } from '../run.ts';
import type { Flags } from './command.ts';
import { SERVER_FLAGS, settingsOf } from './setting-flags.ts';

/** Runs the service in this process, as `npm start` does: signals, exit codes and all. `.env` has been read before the options. */
export async function serve(flags: Flags): Promise<void> {
  const settings = settingsOf(flags, SERVER_FLAGS, process.env);
  await run(flags['watchQueries'] === true ? { ...settings, WATCH_QUERIES: 'true' } : settings);
}
