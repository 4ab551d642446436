import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { schema } from '../../schema/index.ts';
import { namingProblem } from '../../schema/named-queries.ts';
import type { NamedQuery } from '../../schema/query-types.ts';
import { clusterStatement } from './cluster-variant.ts';
import type { Describer } from './describer.ts';
import { type QueryFile, readQueryFile } from './query-file.ts';
import { QueryFileError, type QueryProblem } from './query-problem.ts';
import { usesHours, usesRollups } from './relations.ts';

/** A named query becomes part of URLs and of GraphQL names, hence its alphabet. */
const FILE_NAME = /^([a-z][a-z0-9_]*)\.sql$/;
/** The same question in the dialect of a cluster lies beside it. */
const VARIANT = /\.trino\.sql$/;

/** What lies in a folder of queries. */
export interface LoadedQueries {
  readonly files: readonly QueryFile[];
  readonly problems: readonly QueryProblem[];
}

/** The texts of the `.sql` files of a folder by their names, in order. */
export async function readQueryTexts(directory: string): Promise<Map<string, string>> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(directory, name), 'utf8')));
  return new Map(names.map((name, index) => [name, texts[index] ?? '']));
}

/** Checks every file, so that all mistakes are told at once. Never throws for the files' sake. */
export async function loadQueries(
  describer: Describer,
  texts: ReadonlyMap<string, string>,
): Promise<LoadedQueries> {
  const files: QueryFile[] = [];
  const problems: QueryProblem[] = [];
  const check = async (file: string, read: () => void | Promise<void>) => {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof QueryFileError)) throw error;
      const own = error.problems.map((problem) => ({ file, ...problem }));
      problems.push(...own.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
    }
  };
  const [variants, queries] = [[...texts].filter(isVariant), [...texts].filter((text) => !isVariant(text))];
  for (const [file, text] of queries) {
    await check(file, async () => void files.push(await readFileOf(describer, file, text, files)));
  }
  for (const [file, text] of variants) {
    await check(file, () => addVariant(files, file.replace(VARIANT, ''), text, texts));
  }
  return { files, problems };
}

const isVariant = ([file]: readonly [file: string, text: string]) => VARIANT.test(file);

/** @throws QueryFileError for one that stands beside no query, or beside one that the rollups answer */
function addVariant(
  files: QueryFile[],
  name: string,
  text: string,
  texts: ReadonlyMap<string, string>,
): void {
  const place = files.findIndex(({ query }) => query.name === name);
  const file = files[place];
  if (file === undefined) {
    // What is wrong with the query itself is told already.
    if (texts.has(`${name}.sql`)) return;
    throw new QueryFileError([{ message: `expected ${name}.sql beside it, but there is none` }]);
  }
  // Of hours it is asked where rollups are of days.
  if (usesRollups(file.query.sql) && !usesHours(file.query.sql)) {
    throw new QueryFileError([
      { message: `expected no such file, since the rollups answer ${name}.sql, and no cluster is asked` },
    ]);
  }
  files[place] = {
    ...file,
    query: { ...file.query, clusterSql: clusterStatement(text, file.query.parameters) },
  };
}

async function readFileOf(
  describer: Describer,
  file: string,
  text: string,
  others: readonly QueryFile[],
): Promise<QueryFile> {
  const name = FILE_NAME.exec(file)?.[1];
  if (name === undefined) {
    throw new QueryFileError([{ message: 'expected a name of a-z, 0-9 and _ that begins with a letter' }]);
  }
  const read = await readQueryFile(describer, name, text);
  const clash = clashOf(
    read.query,
    others.map(({ query }) => query),
  );
  if (clash !== undefined) throw new QueryFileError([{ message: clash }]);
  return read;
}

/** Why a query's names cannot stand beside those of the API and of the other queries; undefined when they can. */
export function clashOf(query: NamedQuery, queries: readonly NamedQuery[]): string | undefined {
  return namingProblem(
    schema,
    query,
    queries.filter(({ name }) => name !== query.name),
  );
}
