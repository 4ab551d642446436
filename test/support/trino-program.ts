import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from './versitygw.ts';

const VERSION = '476';
const FOLDER = path.resolve(import.meta.dirname, '../../.cache/trino');
const JVMS = '/usr/lib/jvm';
/** What Trino 476 needs. */
const JAVA = 24;
const run = promisify(execFile);

/** The unpacked server: from `.cache/trino`, where Maven brings it once (0.8 GB). Also to be run by itself. */
export async function trinoProgram(): Promise<string> {
  const program = path.join(FOLDER, `trino-server-${VERSION}`);
  if (existsSync(program)) return program;
  await mkdir(FOLDER, { recursive: true });
  // Unpacked aside and renamed, so that another process never runs half a server.
  const aside = await mkdtemp(path.join(FOLDER, 'unpack-'));
  try {
    const artifact = `io.trino:trino-server:${VERSION}:tar.gz`;
    // A repository of its own: the archive is kept nowhere else.
    const own = `-Dmaven.repo.local=${aside}`;
    await run('mvn', ['-q', '-B', own, 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false']);
    const archive = path.join(aside, 'io/trino/trino-server', VERSION, `trino-server-${VERSION}.tar.gz`);
    await run('tar', ['-xzf', archive, '-C', aside]);
    await rename(path.join(aside, path.basename(program)), program);
    return program;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** The home of a Java that is new enough: `JAVA_HOME`, else the newest that is installed. */
export async function javaHome(): Promise<string> {
  const installed = existsSync(JVMS) ? (await readdir(JVMS)).map((name) => path.join(JVMS, name)) : [];
  const homes = [process.env['JAVA_HOME'] ?? '', ...installed].filter((home) =>
    existsSync(path.join(home, 'bin/java')),
  );
  for (const home of homes) if ((await versionOf(home)) >= JAVA) return home;
  throw new Error(`expected Java ${JAVA} or newer in JAVA_HOME or ${JVMS}, but found none`);
}

async function versionOf(home: string): Promise<number> {
  const { stderr } = await run(path.join(home, 'bin/java'), ['-version']);
  return Number(/version "(\d+)/.exec(stderr)?.[1]);
}

/** @returns why it cannot be had, or undefined when all is there */
export async function missingTrino(): Promise<string | undefined> {
  try {
    await javaHome();
    await trinoProgram();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

if (import.meta.main) console.log(await trinoProgram());
