import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { YamlMistakes } from './checked-yaml.ts';
import type { KeyRing } from './key-ring.ts';
import { parseKeys } from './parse-keys.ts';

/** Editors write in several steps; what they leave after this long is looked at. */
const SETTLED_MS = 50;
/** Not every file system tells of changes: shares of a network, and files that a container gets one by one. */
const LOOK_AGAIN_MS = 5_000;

/** A file of API keys, read again when it changes. A broken one leaves the keys before in place. */
export class KeyFile {
  readonly #file: string;
  readonly #log: Logger;
  readonly #now: () => Date;
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #text: string;
  #ring: KeyRing;
  #checkedAt: Date;
  /** What was last complained about, which is not worth a second line. */
  #complaint: string | undefined;
  #wanted = false;
  #working: Promise<void> | undefined;

  /** @throws ConfigError that tells every mistake */
  static async open(file: string, log: Logger, now = () => new Date()): Promise<KeyFile> {
    try {
      const text = await readFile(file, 'utf8');
      return new KeyFile(file, text, log, now);
    } catch (error) {
      throw new ConfigError(mistakesOf(error).map((mistake) => `API_KEYS_FILE: ${file}: ${mistake}`));
    }
  }

  private constructor(file: string, text: string, log: Logger, now: () => Date) {
    this.#file = file;
    this.#text = text;
    this.#ring = parseKeys(text);
    this.#log = log;
    this.#now = now;
    this.#checkedAt = now();
    const unwatched = (error: unknown) =>
      log.warn({ err: error }, `${file} cannot be watched: changes count after ${LOOK_AGAIN_MS / 1000} s`);
    try {
      // Its folder, since files are replaced by others of the same name, and links by links (secrets in Kubernetes).
      this.#watcher = watch(path.dirname(file), () => this.#changed());
      this.#watcher.on('error', unwatched);
    } catch (error) {
      unwatched(error);
    }
    this.#timer = setInterval(() => this.#changed(), LOOK_AGAIN_MS);
    this.#timer.unref();
    // What was saved between the reading and now.
    this.#changed();
  }

  get current(): KeyRing {
    return this.#ring;
  }

  /** When the file was last as the keys are that count. It is looked at every five seconds. */
  get checkedAt(): Date {
    return this.#checkedAt;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#watcher?.close();
    this.#stopping.abort();
    await this.#working;
  }

  #changed(): void {
    this.#wanted = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#wanted && !signal.aborted) {
      await delay(SETTLED_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      this.#wanted = false;
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    try {
      const text = await readFile(this.#file, 'utf8');
      const isNew = text !== this.#text;
      if (isNew) this.#ring = parseKeys(text);
      else if (this.#complaint !== undefined) this.#log.info('API_KEYS_FILE is again as the keys that count');
      this.#text = text;
      this.#checkedAt = this.#now();
      this.#complaint = undefined;
      if (isNew) this.#log.info({ keys: this.#ring.keys.map(({ id }) => id) }, 'API keys loaded anew');
    } catch (error) {
      const complaint = mistakesOf(error).join('\n');
      if (complaint === this.#complaint) return;
      this.#complaint = complaint;
      this.#log.error(`API_KEYS_FILE: ${complaint}. The keys before go on counting`);
    }
  }
}

function mistakesOf(error: unknown): readonly string[] {
  if (error instanceof YamlMistakes) return error.problems;
  return [
    `expected a file that can be read, but got: ${error instanceof Error ? error.message : String(error)}`,
  ];
}
