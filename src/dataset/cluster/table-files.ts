import { z } from 'zod';
import type { Engine, RunOptions } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql-string.ts';
import { EngineUnavailableError } from '../../errors.ts';

const connectorRows = z.array(z.object({ connector_name: z.string() }));
const snapshotRows = z.array(z.object({ snapshot_id: z.union([z.number(), z.bigint()]) }));
const fileRows = z.array(z.object({ content: z.int(), file_path: z.string() }));

/** Of Iceberg: a file of rows. Others say which rows of these are deleted. */
const ROWS = 0;

export interface TablePlace {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** Who knows which files count: the folder of a Hive table, or the Iceberg table itself. */
  readonly format: 'hive' | 'iceberg';
}

/** Which files a table consists of, where the table itself knows: asked again only when it has moved on. */
export class TableFiles {
  private readonly engine: Engine;
  private readonly place: TablePlace;
  private known: { readonly snapshot: string; readonly paths: ReadonlySet<string> } | undefined;

  constructor(engine: Engine, place: TablePlace) {
    this.engine = engine;
    this.place = place;
  }

  /**
   * The paths of the files of the current snapshot; undefined where the files are those of a folder (Hive), which is known without
   * asking: what is kept answers after a restart, whether or not the cluster does.
   * @throws EngineUnavailableError for a table of which rows are deleted without their files
   */
  async current(options: RunOptions): Promise<ReadonlySet<string> | undefined> {
    if (this.place.format === 'hive') return undefined;
    const snapshot = await this.askSnapshot(options);
    if (this.known?.snapshot !== snapshot) {
      // Of the snapshot of that moment, or of a later one, which is then asked for again.
      this.known = { snapshot, paths: await this.askPaths(options) };
    }
    return this.known.paths;
  }

  /** @throws EngineUnavailableError when the catalog is of another connector than the settings say */
  async checkConnector(options: RunOptions): Promise<void> {
    const { catalog, format } = this.place;
    const rows = await this.engine.run(
      {
        name: 'table_connector',
        sql: 'SELECT connector_name FROM system.metadata.catalogs WHERE catalog_name = $catalog',
        params: { catalog },
      },
      options,
    );
    const connector = connectorRows.parse(rows)[0]?.connector_name;
    if (connector === format) return;
    throw new EngineUnavailableError(
      connector === undefined
        ? `expected the catalog ${catalog} on the cluster, but there is none`
        : `expected a catalog of the connector ${format}, as TRINO_TABLE_FORMAT says, but ${catalog} is of ${connector}`,
    );
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
