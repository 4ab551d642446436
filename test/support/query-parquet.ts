import { DuckDBInstance } from '@duckdb/node-api';

/** Rows of one SELECT, as plain values with bigints as text. For assertions only. */
export async function queryRows(select: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const reader = await connection.runAndReadAll(select);
    return reader.getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
