import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { EngineAdmin } from '../../src/engine/engine.ts';
import { sqlString } from '../../src/engine/sql-string.ts';

/** A DuckDB of its own for storage tests, without the engine's pool and sandbox. */
export class TestDuckDb implements EngineAdmin {
  readonly statements: string[] = [];
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async create(): Promise<TestDuckDb> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    return new TestDuckDb(instance, await instance.connect());
  }

  async execute(sql: string): Promise<void> {
    this.statements.push(sql);
    await this.#connection.run(sql);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJS();
  }

  /** The values of column `a` in all rows of the files, in the order of the paths. */
  async values(paths: readonly string[]): Promise<unknown[]> {
    const rows = await this.rows(`SELECT a FROM read_parquet([${paths.map(sqlString).join(', ')}])`);
    return rows.map(({ a }) => a);
  }

  /** A Parquet file of one row whose column `a` holds `value`. The same number of bytes for all small values. */
  async parquet(value: number): Promise<Buffer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'telemetry-parquet-'));
    try {
      const file = path.join(folder, 'file.parquet');
      await this.#connection.run(
        `COPY (SELECT ${value}::INTEGER AS a) TO ${sqlString(file)} (FORMAT parquet)`,
      );
      return await readFile(file);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
