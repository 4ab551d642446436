import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chown, cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { instructions } from '../docs/dockerfile.ts';
import { ROOT } from '../docs/markdown.ts';

/** The user `node` of the image. */
const USER = 1000;
/** What the base image has, taken from this machine: programs, libraries, names and certificates. */
const BASE = ['/usr/bin', '/usr/lib', '/usr/lib64', '/usr/share', '/etc', '/proc', '/dev'];
const LINKS = { bin: 'usr/bin', lib: 'usr/lib', lib64: 'usr/lib64' };

export interface Image {
  /** The file system of the last stage. */
  readonly root: string;
  /** What ENV says. */
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  /**
   * Starts a command as a container would: as the image's user, with a root file system that nobody can write to, a `/tmp`
   * in memory, and the folder as `/data`.
   */
  run(command: readonly string[], data: string, environment?: Readonly<Record<string, string>>): ChildProcess;
}

/**
 * Carries the Dockerfile out in an empty folder, instruction by instruction, but for what needs the packages of Debian. Absolute
 * paths are those below the folder.
 */
export async function buildImage(folder: string): Promise<Image> {
  const stages = stagesOf(instructions);
  const [build, last] = [path.join(folder, 'build'), path.join(folder, 'root')];
  await carryOut(stages[0] ?? [], { root: build, from: build });
  await carryOut(stages[1] ?? [], { root: last, from: build });
  for (const place of [...BASE, '/tmp', '/data', '/usr/local/bin']) {
    await mkdir(path.join(last, place), { recursive: true });
  }
  for (const [name, target] of Object.entries(LINKS)) await symlink(target, path.join(last, name));
  await cp(process.execPath, path.join(last, 'usr/local/bin/node'));
  const listed = (name: string) => {
    const line = (stages[1] ?? []).findLast((one) => one.startsWith(`${name} `)) ?? '';
    return JSON.parse(line.slice(line.indexOf('['))) as string[];
  };
  const environment = Object.fromEntries(
    (stages[1] ?? [])
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) => line.slice(4).split(/\s+/))
      .map((pair) => pair.split('=') as [string, string]),
  );
  return {
    root: last,
    environment,
    command: listed('CMD'),
    healthcheck: listed('HEALTHCHECK'),
    run: (command, data, more = {}) => {
      const mounts = BASE.map((place) => `mount --rbind ${place} "$root${place}"`);
      const script = [
        'root=$1 data=$2; shift 2',
        'mount --bind "$root" "$root"',
        ...mounts,
        'mount -t tmpfs tmpfs "$root/tmp" -o mode=1777',
        'mount --bind "$data" "$root/data"',
        'mount -o remount,bind,ro "$root"',
        `exec chroot --userspec=${USER}:${USER} "$root" /usr/bin/env -i -C /app "$@"`,
      ].join(' && ');
      const given = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/node', ...environment, ...more };
      const pairs = Object.entries(given).map(([name, value]) => `${name}=${value}`);
      return spawn('unshare', ['-m', 'bash', '-c', script, 'bash', last, data, ...pairs, ...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
  };
}

function stagesOf(lines: readonly string[]): string[][] {
  const stages: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('FROM ')) stages.push([]);
    stages.at(-1)?.push(line);
  }
  return stages;
}

async function carryOut(
  lines: readonly string[],
  { root, from }: { readonly root: string; readonly from: string },
): Promise<void> {
  const workdir = path.join(root, 'app');
  await mkdir(workdir, { recursive: true });
  for (const line of lines) {
    if (line.startsWith('COPY ')) await copy(line, { root, workdir, from });
    if (line.startsWith('RUN ')) runLine(line.slice(4), root, workdir);
  }
}

async function copy(
  line: string,
  { root, workdir, from }: { readonly root: string; readonly workdir: string; readonly from: string },
): Promise<void> {
  const words = line.split(/\s+/).slice(1);
  const [flags, places] = [
    words.filter((word) => word.startsWith('--')),
    words.filter((word) => !word.startsWith('--')),
  ];
  const to = places.at(-1) ?? '';
  const source = flags.some((flag) => flag.startsWith('--from=')) ? from : ROOT;
  for (const place of places.slice(0, -1)) {
    const target = to.startsWith('/') ? path.join(root, to) : path.join(workdir, to);
    const into = to.endsWith('/') ? path.join(target, path.basename(place)) : target;
    await mkdir(path.dirname(into), { recursive: true });
    await cp(path.join(source, place), into, { recursive: true, verbatimSymlinks: true });
    if (flags.some((flag) => flag === '--chown=node:node')) await chown(into, USER, USER);
  }
}

/** What installs packages of Debian is left to a build of the image. */
function runLine(command: string, root: string, workdir: string): void {
  const steps = command
    .split(' && ')
    .filter((step) => command.includes('(') || !/apt-get|^rm -rf \/var|^install /.test(step.trim()))
    .join(' && ')
    // Absolute places are those of the image, but what a link holds is so as it is.
    .replaceAll(/(?<=[\s=])\/(home\/node|usr\/local)\b/g, `${root}/$1`);
  if (steps.includes('ln -s')) execFileSync('mkdir', ['-p', `${root}/usr/local/bin`]);
  // How a registry is reached is this machine's matter.
  const PATH = `${path.dirname(process.execPath)}:${process.env['PATH']}`;
  execFileSync('bash', ['-ec', steps], {
    cwd: workdir,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
