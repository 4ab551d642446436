import type { EngineConfig } from '../config/config.ts';
import { DuckDbEngine } from './duckdb.ts';
import type { EngineAdmin, StatementListener } from './engine.ts';
import { memoryShare } from './memory-share.ts';

/**
 * Two instances of DuckDB that reach the same objects. What DuckDB keeps of the objects that it has read serves the next
 * question, and is of no use to a build, which reads each object once: there it would only fill the memory. And a build
 * takes no connection from questions.
 */
export class ReadingEngines implements EngineAdmin {
  /** For questions. */
  readonly asking: DuckDbEngine;
  /** For the building of rollups. */
  readonly building: DuckDbEngine;

  private constructor(asking: DuckDbEngine, building: DuckDbEngine) {
    this.asking = asking;
    this.building = building;
  }

  static async create(config: EngineConfig, onStatement?: StatementListener): Promise<ReadingEngines> {
    const asking = await DuckDbEngine.create(memoryShare(config, 'asking'), onStatement);
    try {
      const building = await DuckDbEngine.create(memoryShare(config, 'building'), onStatement);
      const engines = new ReadingEngines(asking, building);
      await building.execute('SET GLOBAL enable_external_file_cache = false').catch(async (error) => {
        await building.close();
        throw error;
      });
      return engines;
    } catch (error) {
      await asking.close();
      throw error;
    }
  }

  async execute(sql: string): Promise<void> {
    await Promise.all([this.asking.execute(sql), this.building.execute(sql)]);
  }

  /** See `DuckDbEngine.lock`. */
  async lock(allowedDirectories: readonly string[]): Promise<void> {
    await Promise.all([this.asking.lock(allowedDirectories), this.building.lock(allowedDirectories)]);
  }

  /** See `DuckDbEngine.hanging`. */
  get hanging(): number {
    return this.asking.hanging + this.building.hanging;
  }

  async close(): Promise<void> {
    await Promise.all([this.asking.close(), this.building.close()]);
  }
}
