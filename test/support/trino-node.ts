import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface TrinoNodeOptions {
  /** The name by which the cluster lists it. */
  readonly id: string;
  readonly program: string;
  /** Home of the Java that it runs on. */
  readonly java: string;
  /** That of the cluster; see `writeTrinoConfig`. */
  readonly directory: string;
  /** Options of Java, `-Xmx` among them. */
  readonly javaOptions: readonly string[];
  /** Lines of its `config.properties`. */
  readonly settings: readonly string[];
}

/** A process of Trino's server, as its own launcher starts it, without the launcher's daemon. It ends with this one at the latest. */
export class TrinoNode {
  readonly id: string;
  private readonly options: TrinoNodeOptions;
  private child: ChildProcess | undefined;
  private said = '';
  private readonly killAtExit = () => void this.child?.kill('SIGKILL');

  constructor(options: TrinoNodeOptions) {
    this.id = options.id;
    this.options = options;
  }

  /** Resolves when the process is there, long before it takes anything. */
  async start(): Promise<void> {
    const { id, program, java, directory, javaOptions, settings } = this.options;
    const config = path.join(directory, 'etc', `${id}.properties`);
    await writeFile(config, `${settings.join('\n')}\n`);
    this.child = spawn(
      path.join(java, 'bin/java'),
      [
        ...javaOptions,
        '-XX:+ExitOnOutOfMemoryError',
        '-Djdk.attach.allowAttachSelf=true',
        '-Duser.timezone=UTC',
        '--add-modules=jdk.incubator.vector',
        '--enable-native-access=ALL-UNNAMED',
        `-Dconfig=${config}`,
        `-Dlog.levels-file=${directory}/etc/log.properties`,
        `-Dcatalog.config-dir=${directory}/etc/catalog`,
        '-Dnode.environment=test',
        `-Dnode.id=${id}`,
        '-Dnode.bind-ip=127.0.0.1',
        '-Dnode.internal-address=127.0.0.1',
        `-Dnode.data-dir=${directory}/data/${id}`,
        `-Dplugin.dir=${directory}/plugin`,
        '-cp',
        `${program}/lib/*`,
        'io.trino.server.TrinoServer',
      ],
      {
        cwd: directory,
        // Its metastore names folders by partitions, in whatever letters the locale has.
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    process.once('exit', this.killAtExit);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (piece) => {
        this.said = (this.said + piece).slice(-10_000);
      });
    }
  }

  /** @throws when the process has ended by itself */
  checkAlive(): void {
    if (this.child !== undefined && this.child.exitCode !== null)
      throw new Error(`Trino's ${this.id} ended with ${this.child.exitCode}: ${this.said}`);
  }

  /** The end of what it has said. */
  get lastWords(): string {
    return this.said;
  }

  /** By SIGKILL: nobody hears of it. */
  async kill(): Promise<void> {
    process.removeListener('exit', this.killAtExit);
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
