import { spawnSync } from 'node:child_process';

/** Whether this process may mount file systems of its own, which needs root on Linux. */
export const canMount = (): boolean =>
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0;

/** For `startServerProcess`: these mounts are there for the server alone, and go with it. */
export function withMounts(...mounts: readonly string[]): string {
  const commands = [...mounts, 'exec "$0" src/main.ts'].join(' && ');
  return `exec unshare -m bash -c '${commands}' "$0"`;
}
