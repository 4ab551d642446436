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
  const final = stages.at(-1)?.lines ?? [];
  const last = path.join(folder, 'last');
  const roots = new Map(stages.map(({ name }, index) => [name, path.join(folder, `stage-${index}`)]));
  for (const { name, lines } of stages)
    await carryOut(lines, { root: lines === final ? last : (roots.get(name) ?? ''), roots });
  for (const place of [...BASE, '/tmp', '/data', '/usr/local/bin']) {
    await mkdir(path.join(last, place), { recursive: true });
  }
  for (const [name, target] of Object.entries(LINKS)) await symlink(target, path.join(last, name));
  await cp(process.execPath, path.join(last, 'usr/local/bin/node'));
  const listed = (name: string) => {
    const line = final.findLast((one) => one.startsWith(`${name} `)) ?? '';
    return JSON.parse(line.slice(line.indexOf('['))) as string[];
  };
  const environment = Object.fromEntries(
    final
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

interface Stage {
  /** As others refer to it; the last one has none. */
  readonly name: string | undefined;
  readonly lines: readonly string[];
}

function stagesOf(lines: readonly string[]): Stage[] {
  const stages: { name: string | undefined; lines: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('FROM ')) stages.push({ name: / AS (\w+)$/.exec(line)?.[1], lines: [] });
    stages.at(-1)?.lines.push(line);
  }
  return stages;
}

/** The file system of a stage, and those of the ones before it by their names. */
interface Places {
  readonly root: string;
  readonly roots: ReadonlyMap<string | undefined, string>;
}

async function carryOut(lines: readonly string[], { root, roots }: Places): Promise<void> {
  const workdir = path.join(root, 'app');
  await mkdir(workdir, { recursive: true });
  for (const line of lines) {
    if (line.startsWith('COPY ')) await copy(line, workdir, { root, roots });
    if (line.startsWith('RUN ')) runLine(line.slice(4), root, workdir);
  }
}

async function copy(line: string, workdir: string, { root, roots }: Places): Promise<void> {
  const words = line.split(/\s+/).slice(1);
  const [flags, places] = [
    words.filter((word) => word.startsWith('--')),
    words.filter((word) => !word.startsWith('--')),
  ];
  const to = places.at(-1) ?? '';
  const stage = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  const source = stage === undefined ? ROOT : roots.get(stage);
  if (source === undefined) throw new Error(`expected a stage before, but got: ${line}`);
  for (const place of places.slice(0, -1)) {
    const target = to.startsWith('/') ? path.join(root, to) : path.join(workdir, to);
    const into = to.endsWith('/') ? path.join(target, path.basename(place)) : target;
    await mkdir(path.dirname(into), { recursive: true });
    const isLeftOut = (file: string) =>
      stage === undefined && path.relative(ROOT, file).startsWith('dashboard/dist');
    await cp(path.join(source, place), into, {
      recursive: true,
      verbatimSymlinks: true,
      // As .dockerignore has it: what is built here is not what is built there.
      filter: (file) => !isLeftOut(file),
    });
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
