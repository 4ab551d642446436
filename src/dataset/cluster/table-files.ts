import { z } from 'zod';
import type { Engine, RunOptions } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql-string.ts';
import { EngineUnavailableError } from '../../errors.ts';
import type { StorageOptions } from '../../storage/storage.ts';
import type { DeltaLog, DeltaVersion } from '../delta/delta-log.ts';
import type { TablePlace } from './table-place.ts';

/** A version of a table that knows its files. */
export interface TableVersion {
  /** As it stands after `FOR VERSION AS OF`. */
  readonly name: string;
  /** Of its files, as `"$path"` shows them. */
  readonly paths: ReadonlySet<string>;
  /** Another one where the columns are other ones than before; unset: columns of files are read the same in all versions. */
  readonly schema?: string;
  /** Whether the device of a file stands in its path, where the cluster does not tell that. */
  readonly deviceInKey?: boolean;
}

/** Which files a table consists of now, where the table itself knows. */
export interface TableFiles {
  /** Asks for the files only when the table has moved on. @throws EngineUnavailableError for rows that are deleted without their files */
  current(options: RunOptions & StorageOptions): Promise<TableVersion>;
}

const snapshotRows = z.array(z.object({ snapshot_id: z.union([z.number(), z.bigint()]) }));
const fileRows = z.array(z.object({ content: z.int(), file_path: z.string() }));

/** Of Iceberg: a file of rows. Others say which rows of these are deleted. */
const ROWS = 0;
const ATTEMPTS = 5;

/** Asks the cluster, which has tables of their own for it. */
export class IcebergFiles implements TableFiles {
  private readonly engine: Engine;
  private readonly place: TablePlace;
  private known: TableVersion | undefined;

  constructor(engine: Engine, place: TablePlace) {
    this.engine = engine;
    this.place = place;
  }

  async current(options: RunOptions): Promise<TableVersion> {
    let name = await this.askSnapshot(options);
    for (let attempt = 1; this.known?.name !== name; attempt++) {
      if (attempt > ATTEMPTS)
        throw new EngineUnavailableError('The table moves on faster than its files are asked for');
      const paths = await this.askPaths(options);
      const after = await this.askSnapshot(options);
      // Statements name the snapshot, so its files must be those of no later one.
      if (after === name) this.known = { name, paths };
      name = after;
    }
    return this.known;
  }

  private async askSnapshot(options: RunOptions): Promise<string> {
    const sql = `SELECT snapshot_id FROM ${this.metadata('refs')} WHERE name = 'main'`;
    const rows = await this.engine.run({ name: 'table_snapshot', sql }, options);
    return String(snapshotRows.parse(rows)[0]?.snapshot_id);
  }

  private async askPaths(options: RunOptions): Promise<ReadonlySet<string>> {
    const sql = `SELECT content, file_path FROM ${this.metadata('files')}`;
    const files = fileRows.parse(await this.engine.run({ name: 'table_files', sql }, options));
    const deletes = files.filter(({ content }) => content !== ROWS);
    if (deletes.length > 0) {
      const { catalog, schema, table } = this.place;
      throw new EngineUnavailableError(
        `expected a table whose files hold its rows, but ${deletes.length} files say which rows of others are deleted; ALTER TABLE ${catalog}.${schema}.${table} EXECUTE optimize writes them anew`,
      );
    }
    return new Set(files.map(({ file_path }) => file_path));
  }

  private metadata(kind: 'refs' | 'files'): string {
    const { catalog, schema, table } = this.place;
    return [catalog, schema, `${table}$${kind}`].map(sqlName).join('.');
  }
}

/** Reads the log in the bucket: the cluster does not tell the files of a Delta table. */
export class DeltaFiles implements TableFiles {
  private readonly log: DeltaLog;
  private readonly location: string;
  private known: { readonly of: DeltaVersion; readonly version: TableVersion } | undefined;

  /** @param location of the keys: `s3://bucket/prefix/` */
  constructor(log: DeltaLog, location: string) {
    this.log = log;
    this.location = location;
  }

  async current({ signal }: StorageOptions): Promise<TableVersion> {
    const current = await this.log.current(signal ? { signal } : {});
    // Another table in the same place may have the same numbers.
    if (this.known?.of !== current) {
      const paths = new Set(Array.from(current.keys, (key) => `${this.location}${key}`));
      const deviceInKey = current.partitionColumns.includes('device_id');
      const { schema, version } = current;
      this.known = { of: current, version: { name: String(version), paths, schema, deviceInKey } };
    }
    return this.known.version;
  }
}
