import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { dashboardSources, isCurrent } from '../../scripts/build-dashboard/sources.ts';

/** The built dashboard, as `npm start` has it: made once, and only where its sources have changed. */
export default async function setup(): Promise<void> {
  if (await isCurrent(await dashboardSources())) return;
  await promisify(execFile)(process.execPath, ['scripts/build-dashboard.ts']);
}
