import { spawnSync } from 'node:child_process';

/**
 * Whether this process may mount file systems of its own, which needs root on Linux. Where it may not, tests that need to
 * are left out, and the output says so.
 * @throws with `CI` set: there, nothing may be left out
 */
export function canMount(): boolean {
  const missing =
    process.platform === 'linux'
      ? missingMount()
      : `expected Linux, whose mounts a process can have for itself, but got ${process.platform}`;
  if (missing === undefined) return true;
  if (process.env['CI'])
    throw new Error(`The tests of disks that are full or read-only cannot run: ${missing}`);
  process.stderr.write(`Leaving out tests of disks that are full or read-only: ${missing}\n`);
  return false;
}

function missingMount(): string | undefined {
  const { status, stderr, error } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** For `startServerProcess`: these mounts are there for the server alone, and go with it. */
export function withMounts(...mounts: readonly string[]): string {
  const commands = [...mounts, 'exec "$0" src/main.ts'].join(' && ');
  return `exec unshare -m bash -c '${commands}' "$0"`;
}
