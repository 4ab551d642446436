import type { EngineConfig } from '../config/config.ts';

/** What each instance of DuckDB may use of the memory that is set for all of them. */
const SHARES = { asking: 0.5, building: 0.25, rollups: 0.25 } as const;

/** The settings of one of the instances. */
export function memoryShare(config: EngineConfig, instance: keyof typeof SHARES): EngineConfig {
  return { ...config, name: instance, memoryBytes: Math.floor(config.memoryBytes * SHARES[instance]) };
}
