import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { RunOptions, SqlValue } from '../engine/engine.ts';
import { ForbiddenError, StatementFailedError } from '../errors.ts';
import { currentActivity } from '../observe/scope.ts';
import type { Storage } from '../storage/storage.ts';
import { telemetrySql } from './telemetry-sql.ts';
import { entriesInScope, type OpenedScan, type ReadableView, type Scan, ViewReader } from './view-reader.ts';

/** Reads with the embedded engine, which opens the objects by the paths that the storage has for them. */
export class ObjectReader extends ViewReader<DuckDbEngine> {
  private readonly storage: Storage;

  constructor(engine: DuckDbEngine, storage: Storage) {
    super(engine);
    this.storage = storage;
  }

  /** The same as `rows`, as the engine holds it. */
  chunks(view: ReadableView, scan: Scan, options: RunOptions = {}): Promise<readonly DuckDBDataChunk[]> {
    return this.read(view, scan, options, (statement, bounded) =>
      this.engine.fetchChunks(statement, bounded),
    );
  }

  protected async open(
    { entries, scope }: ReadableView,
    scan: Scan,
    options: RunOptions,
  ): Promise<OpenedScan> {
    if (scope !== null && PATHS.test(scan.sql)) {
      throw new ForbiddenError(
        `expected a viewer who may see every device, since ${scan.name} reads whole objects, but got one who may see some only`,
      );
    }
    const wanted = entriesInScope({ entries, scope });
    const objects = wanted.map(({ object }) => object);
    currentActivity()?.opened(objects);
    const open = await this.storage.open(objects, options);
    const pathOf = new Map(wanted.map((entry, place) => [entry, open.paths[place]]));
    try {
      const paths = entries.map((entry) => pathOf.get(entry));
      const { sql, params } = expandPlaceholders(scan, { entries, scope }, paths);
      return {
        statement: { name: scan.name, sql, params: { ...scan.params, ...params } },
        verify: () => open.verify(),
        release: () => open.release(),
      };
    } catch (error) {
      open.release();
      throw error;
    }
  }
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;
const PATHS = /\{\{\s*S3_PATH\s*\}\}/;

/** What to open for an entry of the view, in their order; undefined for one that is not opened. */
type Paths = readonly (string | undefined)[];

function expandPlaceholders({ sql, hint }: Scan, { entries, scope }: ReadableView, paths: Paths) {
  const params: Record<string, SqlValue> = {};
  const expanded = sql.replaceAll(PLACEHOLDER, (placeholder, name: string) => {
    if (name === 'TELEMETRY') {
      const telemetry = telemetrySql(entries, paths, scope, hint);
      Object.assign(params, telemetry.params);
      // In one line, so that a comment may name the placeholder.
      return telemetry.sql.replaceAll(/\s*\n\s*/g, ' ');
    }
    if (name === 'S3_PATH') {
      params['s3_path'] = paths.filter((path) => path !== undefined);
      return '$s3_path';
    }
    throw new StatementFailedError(`expected {{TELEMETRY}} or {{S3_PATH}}, but got ${placeholder}`);
  });
  return { sql: expanded, params };
}
