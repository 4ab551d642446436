import { z } from 'zod';
import type { Engine, RunOptions } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql-string.ts';
import { EngineUnavailableError } from '../../errors.ts';
import type { StoredObject } from '../../storage/storage.ts';
import type { ManifestEntry } from '../inspect.ts';
import { deviceInKey, METRICS } from '../reading-schema.ts';
import { TableFiles, type TablePlace } from './table-files.ts';

const columnRows = z.array(
  z.object({ column_name: z.string(), data_type: z.string(), extra_info: z.string().nullable() }),
);

/** Whether the cluster reads an object as the embedded engine does; if not, the latter has to. */
export type ReadsAlike = (entry: ManifestEntry) => boolean;

/** What the table makes of the columns that readings are made of. */
interface TableColumns {
  /** By name, as the cluster writes them: `timestamp(6)`. */
  readonly types: ReadonlyMap<string, string>;
  /** The device comes from the folder that an object lies in, whatever stands in the object. */
  readonly deviceInKey: boolean;
}

const COLUMNS = ['device_id', 'timestamp', ...METRICS];

/**
 * The kinds of columns in an object (see `ReadingSchema.layout`) that Trino's readers give as the embedded engine does, by the type of the
 * column of the table. It reads others too, and some of them as other values: nanoseconds are rounded, not cut.
 */
const READ_ALIKE: Readonly<Record<string, RegExp>> = {
  double: /^(DOUBLE|FLOAT)$/,
  real: /^FLOAT$/,
  integer: /^(INT32|INT_(8|16|32))$/,
  bigint: /^(INT64|INT_64)$/,
};
const TEXT = /^(STRING|BYTE_ARRAY)$/;
const TIMES = /^TIMESTAMP_(MILLIS|MICROS)(_UTC)?$/;
const TIME_TYPES = /^timestamp\(([3-6])\)( with time zone)?$/;
/** Hive's name of the folder of rows without a value. */
const NO_PARTITION = '__HIVE_DEFAULT_PARTITION__';

/** The table on the cluster that shows the objects of the bucket. */
export class ClusterTable {
  private readonly engine: Engine;
  private readonly place: TablePlace;
  private readonly ownFiles: TableFiles;
  private readonly location: string;
  private asked: Promise<ReadsAlike> | undefined;

  /** @param location of the keys: `s3://bucket/prefix` */
  constructor(engine: Engine, place: TablePlace, location: string) {
    this.engine = engine;
    this.place = place;
    this.ownFiles = new TableFiles(engine, place);
    this.location = location;
  }

  /** As it stands in a FROM. */
  get sql(): string {
    const { catalog, schema, table } = this.place;
    return [catalog, schema, table].map(sqlName).join('.');
  }

  /** See `TableFiles.current`. */
  files(options: RunOptions): Promise<ReadonlySet<string> | undefined> {
    return this.ownFiles.current(options);
  }

  /** What `"$path"` shows for an object. */
  pathOf({ key }: Pick<StoredObject, 'key'>): string {
    return `${this.location}${key}`;
  }

  /**
   * Compares objects, by their footers, with the columns of the table, for which the cluster is asked once.
   * @throws EngineUnavailableError when there is no such table, or one of another kind, or without the columns of readings
   */
  readsAlike(options: RunOptions): Promise<ReadsAlike> {
    this.asked ??= this.ask(options)
      .then(comparison)
      .catch((error) => {
        this.asked = undefined;
        throw error;
      });
    return this.asked;
  }

  private async ask({ timeoutMs }: RunOptions): Promise<TableColumns> {
    const { catalog, schema, table } = this.place;
    // Whoever comes next waits for the same, so it does not end with the request that asked first.
    const options = { timeoutMs, unrefusable: true };
    await this.ownFiles.checkConnector(options);
    const rows = await this.engine.run(
      {
        name: 'table_columns',
        sql: `SELECT column_name, data_type, extra_info FROM ${sqlName(catalog)}.information_schema.columns
          WHERE table_schema = $schema AND table_name = $table`,
        params: { schema, table },
      },
      options,
    );
    const columns = columnRows.parse(rows);
    const types = new Map(columns.map(({ column_name, data_type }) => [column_name, data_type]));
    const missing = COLUMNS.filter((column) => !types.has(column));
    if (missing.length > 0) {
      throw new EngineUnavailableError(
        columns.length === 0
          ? `expected the table ${catalog}.${schema}.${table} on the cluster, but there is none; npm run trino:register makes it`
          : `expected the columns ${COLUMNS.join(', ')} in ${catalog}.${schema}.${table}, but it has no ${missing.join(', ')}`,
      );
    }
    const device = columns.find(({ column_name }) => column_name === 'device_id');
    return { types, deviceInKey: device?.extra_info === 'partition key' };
  }
}

function comparison(columns: TableColumns): ReadsAlike {
  // There are far fewer layouts than objects.
  const byLayout = new Map<string, boolean>();
  return ({ object, schema: { layout, device } }) => {
    if ((device === 'key') !== columns.deviceInKey) return false;
    if (columns.deviceInKey && deviceInKey(object.key) === NO_PARTITION) return false;
    const isAlike = byLayout.get(layout) ?? isLayoutAlike(layout, columns);
    byLayout.set(layout, isAlike);
    return isAlike;
  };
}

function isLayoutAlike(layout: string, { types, deviceInKey: byKey }: TableColumns): boolean {
  const kinds = new Map(
    layout.split(', ').map((column): [string, string] => {
      const space = column.lastIndexOf(' ');
      return [column.slice(0, space), column.slice(space + 1)];
    }),
  );
  const isDevice = byKey || (TEXT.test(kinds.get('device_id') ?? '') && types.get('device_id') === 'varchar');
  return (
    isDevice &&
    TIMES.test(kinds.get('timestamp') ?? '') &&
    isFine(types.get('timestamp'), kinds.get('timestamp')) &&
    METRICS.every((metric) => READ_ALIKE[types.get(metric) ?? '']?.test(kinds.get(metric) ?? '') === true)
  );
}

/** A table of milliseconds rounds what an object has in microseconds. */
function isFine(type = '', kind = ''): boolean {
  const digits = TIME_TYPES.exec(type)?.[1];
  return digits !== undefined && (digits === '6' || kind.startsWith('TIMESTAMP_MILLIS'));
}
