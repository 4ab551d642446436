import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { Describer } from './describer.ts';
import { clashOf, type LoadedQueries, loadQueries, readQueryTexts } from './load-queries.ts';
import type { QueryFile } from './query-file.ts';
import { describeProblem } from './query-problem.ts';
import { QuerySet } from './query-set.ts';

export interface WatchOptions {
  readonly directory: string;
  readonly tempDirectory: string;
  readonly log: Logger;
  /** What is served now. */
  current(): QuerySet;
  /** Told of each set that takes the place of the one before. */
  onChange(set: QuerySet): void;
}

export interface QueryWatch {
  close(): Promise<void>;
}

/** Editors write in several steps; what they leave after this long is looked at. */
const SETTLED_MS = 50;

/**
 * Takes up query files as they are saved. A broken file leaves its old version in place, and hinders no other; the log
 * says what is wrong with it.
 */
export async function watchQueries(options: WatchOptions): Promise<QueryWatch> {
  const { directory, log } = options;
  const describer = await Describer.create(options.tempDirectory);
  const stopping = new AbortController();
  let wanted = false;
  let working: Promise<void> | undefined;

  const work = async () => {
    while (wanted && !stopping.signal.aborted) {
      await delay(SETTLED_MS, undefined, { signal: stopping.signal });
      wanted = false;
      const next = await reloaded(describer, directory, options.current(), log);
      if (next === undefined || next.version === options.current().version) continue;
      options.onChange(next);
      log.info({ queries: next.queries.map(({ name }) => name) }, 'Queries loaded anew');
    }
  };
  const changed = () => {
    wanted = true;
    working ??= work()
      .catch((error) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'The queries could not be loaded anew');
      })
      .finally(() => {
        working = undefined;
        if (wanted && !stopping.signal.aborted) changed();
      });
  };
  const watcher = watch(directory, changed);
  watcher.on('error', (error) => log.error({ err: error }, `${directory} cannot be watched any more`));
  log.info(`Watching ${directory}: saved queries are live at once`);
  // What was saved between the start and now.
  changed();
  return {
    close: async () => {
      watcher.close();
      stopping.abort();
      await working;
      await describer.close();
    },
  };
}

/** The set that the files make now, with the old version of those that are broken; undefined when there is none. */
async function reloaded(
  describer: Describer,
  directory: string,
  current: QuerySet,
  log: Logger,
): Promise<QuerySet | undefined> {
  const loaded = await loadQueries(describer, await readQueryTexts(directory));
  for (const problem of loaded.problems) {
    log.error(`${describeProblem(problem)}. The version before goes on serving, if there is one`);
  }
  return new QuerySet(withOldVersions(loaded, current.files), current.rowLimit);
}

/** A file whose names have become those of an old version that is kept waits until that one is mended. */
function withOldVersions({ files, problems }: LoadedQueries, old: readonly QueryFile[]): QueryFile[] {
  const broken = new Set(problems.map(({ file }) => file));
  const kept = old.filter(
    ({ query: { name } }) => broken.has(`${name}.sql`) || broken.has(`${name}.trino.sql`),
  );
  const keptQueries = kept.map(({ query }) => query);
  const keptNames = new Set(keptQueries.map(({ name }) => name));
  const fitting = files.filter(
    ({ query }) => !keptNames.has(query.name) && clashOf(query, keptQueries) === undefined,
  );
  return [...fitting.map((file) => withKnownTypes(file, old)), ...kept].sort((a, b) =>
    a.query.name < b.query.name ? -1 : 1,
  );
}

/** What the objects have told of a file that is still the same. */
function withKnownTypes(file: QueryFile, old: readonly QueryFile[]): QueryFile {
  const before = old.find(({ query }) => query.name === file.query.name);
  const isSame =
    file.query.columns === null &&
    JSON.stringify({ ...before?.query, columns: null }) === JSON.stringify(file.query);
  return isSame && before !== undefined ? before : file;
}
