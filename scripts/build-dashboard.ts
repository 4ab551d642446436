import { dashboardSources, isCurrent } from './build-dashboard/sources.ts';

/**
 * Builds the dashboard into `dashboard/dist`, from where the service gives it out.
 * `--if-stale`: only where its sources have changed since, and nothing that goes wrong keeps the service from starting.
 */
const ifStale = process.argv.includes('--if-stale');

try {
  const sources = await dashboardSources();
  if (!ifStale || !(await isCurrent(sources))) {
    const { buildDashboard } = await import('./build-dashboard/build.ts');
    await buildDashboard(sources);
  }
} catch (error) {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  const reason = isMissing
    ? 'it takes the packages of development: run npm ci first'
    : error instanceof Error
      ? error.message
      : String(error);
  console.error(`The dashboard is not built: ${reason}`);
  if (!ifStale) process.exitCode = 1;
}
