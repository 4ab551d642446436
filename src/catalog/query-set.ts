import { createHash } from 'node:crypto';
import type { NamedQuery } from '../../schema/query-types.ts';
import { ArgumentError } from '../errors.ts';
import type { QueryFile } from './query-file.ts';

/** The queries that are served at one time. Immutable: a saved file makes another set. */
export class QuerySet {
  readonly queries: readonly NamedQuery[];
  /** Names what the files say, which types are known, and the limit: the same version gives the same answers. */
  readonly version: string;
  readonly files: readonly QueryFile[];
  /** The most rows that a client is given. */
  readonly rowLimit: number;

  constructor(files: readonly QueryFile[], rowLimit: number) {
    this.rowLimit = rowLimit;
    this.files = files;
    this.queries = files.map(({ query }) => query);
    this.version = createHash('sha256')
      .update(JSON.stringify([rowLimit, this.queries]))
      .digest('base64url')
      .slice(0, 16);
  }

  /** Those whose types only the objects tell. */
  get pending(): readonly QueryFile[] {
    return this.files.filter(({ query }) => query.columns === null);
  }

  find(name: string): NamedQuery | undefined {
    return this.queries.find((query) => query.name === name);
  }

  /** @throws ArgumentError for a name that is no query's. */
  get(name: string): NamedQuery {
    const query = this.find(name);
    if (query !== undefined) return query;
    const names = this.queries.map((known) => known.name).join(', ');
    throw new ArgumentError('name', `expected one of ${names}, but got: ${name}`);
  }

  /** The same set with one query in the place of that of its name. */
  with(changed: NamedQuery): QuerySet {
    return new QuerySet(
      this.files.map((file) => (file.query.name === changed.name ? { ...file, query: changed } : file)),
      this.rowLimit,
    );
  }
}
