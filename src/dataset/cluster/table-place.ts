import { sqlName } from '../../engine/sql-string.ts';

/** Who knows which files count: the folder of a Hive table, or the table itself. */
export type TableFormat = 'hive' | 'iceberg' | 'delta';

export interface TablePlace {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly format: TableFormat;
}

/** As it stands in a FROM. */
export function quotedPlace({ catalog, schema, table }: TablePlace): string {
  return [catalog, schema, table].map(sqlName).join('.');
}
