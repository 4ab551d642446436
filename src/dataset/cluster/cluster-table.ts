import { z } from 'zod';
import type { Engine, RunOptions } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql-string.ts';
import { EngineUnavailableError } from '../../errors.ts';
import type { StoredObject } from '../../storage/storage.ts';
import type { ManifestEntry } from '../inspect.ts';
import { deviceInKey, METRICS } from '../reading-schema.ts';
import type { TableFiles } from './table-files.ts';
import { quotedPlace, type TableFormat, type TablePlace } from './table-place.ts';
import { TableVersions } from './table-versions.ts';

const connectorRows = z.array(z.object({ connector_name: z.string() }));
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
const HIVE = 'hive';
/**
 * Connectors of Trino that read files of these tables. That of Hive reads those of a Delta table too, and times in them to the
 * microsecond, where Delta's own gives milliseconds.
 */
const CONNECTORS: Readonly<Record<TableFormat, readonly string[]>> = {
  hive: [HIVE],
  iceberg: ['iceberg'],
  delta: ['delta_lake', HIVE],
};

/** The table on the cluster that shows the objects of the bucket. */
export class ClusterTable {
  private readonly engine: Engine;
  private readonly place: TablePlace;
  private readonly location: string;
  private readonly ownFiles: TableFiles | undefined;
  private readonly versions = new TableVersions();
  private asked: Promise<ReadsAlike> | undefined;
  private hasVersions = true;

  /**
   * @param location of the keys: `s3://bucket/prefix`
   * @param ownFiles of a table that knows its files; unset: they are those of a folder
   */
  constructor(engine: Engine, place: TablePlace, location: string, ownFiles?: TableFiles) {
    this.engine = engine;
    this.place = place;
    this.location = location;
    this.ownFiles = ownFiles;
  }

  get format(): TableFormat {
    return this.place.format;
  }

  /**
   * The table with these objects in it, as it stands in a FROM; undefined where it is not known to have had all of them in one
   * version.
   */
  sqlWith(objects: readonly Pick<StoredObject, 'key'>[]): string | undefined {
    const table = quotedPlace(this.place);
    // Of Hive: it shows whatever is in the folder, part of the table or not.
    if (!this.hasVersions) return table;
    const version = this.versions.withAll(objects.map((object) => this.pathOf(object)));
    return version && `${table} FOR VERSION AS OF ${version}`;
  }

  /**
   * The paths of the files of which the table consists now; undefined where they are those of a folder (Hive), which is known
   * without asking: what is kept answers after a restart, whether or not the cluster does.
   * @throws EngineUnavailableError for a table of which rows are deleted without their files
   */
  async files(options: RunOptions): Promise<ReadonlySet<string> | undefined> {
    const version = await this.ownFiles?.current(options);
    if (version === undefined) return undefined;
    if (this.versions.newest?.schema !== version.schema) this.asked = undefined;
    this.versions.note(version);
    return version.paths;
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
    const connector = await this.connector(options);
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
    this.hasVersions = connector !== HIVE;
    return {
      types,
      deviceInKey: this.hasVersions
        ? this.versions.newest?.deviceInKey === true
        : device?.extra_info === 'partition key',
    };
  }

  /** @throws EngineUnavailableError when the catalog is of another connector than the settings allow */
  private async connector(options: RunOptions): Promise<string> {
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
    const expected = CONNECTORS[format];
    if (connector !== undefined && expected.includes(connector)) return connector;
    throw new EngineUnavailableError(
      connector === undefined
        ? `expected the catalog ${catalog} on the cluster, but there is none`
        : `expected a catalog of the connector ${expected.join(' or ')}, as TRINO_TABLE_FORMAT says, but ${catalog} is of ${connector}`,
    );
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
