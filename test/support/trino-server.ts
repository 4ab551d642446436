import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import type { S3Store } from './s3-server.ts';
import { writeAccounts } from './trino-accounts.ts';
import { javaHome, trinoProgram } from './trino-program.ts';

const READY_MS = 180_000;
const POLL_MS = 100;
/** Of the sixty plug-ins, which take most of a start. */
const PLUGINS = ['hive', 'iceberg', 'password-authenticators'];

/** A real Trino of one node, with two catalogs of Hive over an S3 server: `lake`, and `flat`, which leaves out subfolders. */
export interface TrinoServer {
  readonly url: string;
  /** What signs its tokens (PEM, RS256). */
  readonly tokenKey: string;
  /** The process is killed and started again at the same port; its queries are gone. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTrinoServer(s3: S3Store): Promise<TrinoServer> {
  const [program, java] = [await trinoProgram(), await javaHome()];
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-trino-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const tokenKey = await configure(directory, { program, port, s3 });
  const launch = () => start({ program, java, directory, url });
  let child = await launch();
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    url,
    tokenKey,
    restart: async () => {
      await end(child);
      child = await launch();
    },
    stop: async () => {
      process.removeListener('exit', killAtExit);
      await end(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function configure(
  directory: string,
  { program, port, s3 }: { program: string; port: number; s3: S3Store },
): Promise<string> {
  for (const folder of ['etc/catalog', 'lake/meta', 'flat/meta', 'ice/meta', 'plugin']) {
    await mkdir(path.join(directory, folder), { recursive: true });
  }
  const { settings, tokenKey } = await writeAccounts(path.join(directory, 'etc'));
  const inS3 = (catalog: string) => [
    'hive.metastore.catalog.dir=local:///meta',
    'fs.native-local.enabled=true',
    `local.location=${directory}/${catalog}`,
    'fs.native-s3.enabled=true',
    `s3.endpoint=${s3.endpoint}`,
    `s3.region=${s3.region}`,
    's3.path-style-access=true',
    `s3.aws-access-key=${s3.credentials.accessKeyId}`,
    `s3.aws-secret-key=${s3.credentials.secretAccessKey}`,
  ];
  const hive = (catalog: string) => [
    'connector.name=hive',
    'hive.metastore=file',
    'hive.storage-format=PARQUET',
    ...inS3(catalog),
  ];
  const files: Readonly<Record<string, readonly string[]>> = {
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=http://127.0.0.1:${port}`,
      'query.max-memory=400MB',
      'query.max-memory-per-node=400MB',
      'memory.heap-headroom-per-node=400MB',
      ...settings,
    ],
    'log.properties': ['io.trino=WARN'],
    'catalog/lake.properties': [
      ...hive('lake'),
      'hive.timestamp-precision=MICROSECONDS',
      // Else what lies in folders below is not read.
      'hive.recursive-directories=true',
    ],
    // Both as they are by default.
    'catalog/flat.properties': hive('flat'),
    'catalog/ice.properties': [
      'connector.name=iceberg',
      'iceberg.catalog.type=TESTING_FILE_METASTORE',
      ...inS3('ice'),
    ],
  };
  for (const plugin of PLUGINS) {
    await symlink(path.join(program, 'plugin', plugin), path.join(directory, 'plugin', plugin));
  }
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(path.join(directory, 'etc', name), `${lines.join('\n')}\n`);
  }
  return tokenKey;
}

interface Launch {
  readonly program: string;
  readonly java: string;
  readonly directory: string;
  readonly url: string;
}

/** As its own launcher starts it, without the launcher's daemon. */
async function start({ program, java, directory, url }: Launch): Promise<ChildProcess> {
  const child = spawn(
    path.join(java, 'bin/java'),
    [
      '-Xmx2G',
      '-XX:+ExitOnOutOfMemoryError',
      '-Djdk.attach.allowAttachSelf=true',
      '-Duser.timezone=UTC',
      '--add-modules=jdk.incubator.vector',
      '--enable-native-access=ALL-UNNAMED',
      `-Dconfig=${directory}/etc/config.properties`,
      `-Dlog.levels-file=${directory}/etc/log.properties`,
      `-Dcatalog.config-dir=${directory}/etc/catalog`,
      '-Dnode.environment=test',
      '-Dnode.id=one',
      '-Dnode.bind-ip=127.0.0.1',
      '-Dnode.internal-address=127.0.0.1',
      `-Dnode.data-dir=${directory}/data`,
      `-Dplugin.dir=${directory}/plugin`,
      '-cp',
      `${program}/lib/*`,
      'io.trino.server.TrinoServer',
    ],
    { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      said = (said + piece).slice(-10_000);
    });
  }
  const deadline = AbortSignal.timeout(READY_MS);
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`Trino ended with ${child.exitCode}: ${said}`);
    if (deadline.aborted) {
      await end(child);
      throw new Error(`Trino was not ready within ${READY_MS / 1000} s: ${said}`);
    }
    await delay(POLL_MS);
  }
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** It takes queries only some time after it answers. */
async function isReady(url: string): Promise<boolean> {
  return executeOn(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

/** Runs a statement of the tests' own on a Trino, and waits for its end. @returns its rows */
export async function executeOn(url: string, sql: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const begin = { method: 'POST', headers: { 'x-trino-user': 'tests' }, body: sql };
  let response = await fetch(`${url}/v1/statement`, begin);
  for (;;) {
    const { data, error, nextUri } = await response.json();
    if (error) throw new Error(`${error.errorName}: ${error.message}`);
    rows.push(...(data ?? []));
    if (nextUri === undefined) return rows;
    response = await fetch(nextUri);
  }
}

export interface ListedQuery {
  readonly queryId: string;
  readonly state: string;
  readonly query: string;
  readonly queryStats: Readonly<Record<string, unknown>>;
}

/** What the cluster knows of the queries that are marked by a comment, running or not. */
export async function queriesOn(url: string, mark: string): Promise<readonly ListedQuery[]> {
  const response = await fetch(`${url}/v1/query`, { headers: { 'x-trino-user': 'tests' } });
  const all: readonly ListedQuery[] = await response.json();
  return all.filter(({ query }) => query.includes(`/* ${mark} */`));
}
