import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { schema } from '../../schema/index.ts';
import { withNamedQueries } from '../../schema/named-queries.ts';
import type { NamedQuery } from '../../schema/query-types.ts';
import { Describer } from '../../src/catalog/describer.ts';
import { type LoadedQueries, loadQueries, readQueryTexts } from '../../src/catalog/load-queries.ts';
import { scratchFolder } from './temporary-folder.ts';

const QUERIES = path.resolve(import.meta.dirname, '../../queries');

/** What these texts make, by the names of their files. */
export async function loadTexts(texts: Readonly<Record<string, string>>): Promise<LoadedQueries> {
  const folder = await scratchFolder();
  const describer = await Describer.create(folder);
  try {
    return await loadQueries(describer, new Map(Object.entries(texts)));
  } finally {
    await describer.close();
    await rm(folder, { recursive: true });
  }
}

/** The queries of the project. */
export async function ownQueries(): Promise<readonly NamedQuery[]> {
  const { files } = await loadTexts(Object.fromEntries(await readQueryTexts(QUERIES)));
  return files.map(({ query }) => query);
}

export async function ownSchema(): Promise<GraphQLSchema> {
  return withNamedQueries(schema, await ownQueries());
}
