import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import type { ManifestEntry } from '../../dataset/inspect.ts';
import { ObjectReader } from '../../dataset/object-reader.ts';
import { ReadingEngines } from '../../engine/reading-engines.ts';
import { ConfigError, TelemetryError } from '../../errors.ts';
import { createStorage } from '../../storage/create-storage.ts';
import { type Finding, fail, type Looked, ok, warn } from './report.ts';
import { warningsOf } from './warnings.ts';

const READ = {
  name: 'check_object',
  sql: `SELECT count(*) AS readings, count(DISTINCT device_id) AS devices, min("timestamp") AS first, max("timestamp") AS last,
  count(voltage) + count(temperature) + count(soc) AS "values" FROM {{TELEMETRY}}`,
};
const rows = z.array(
  z.object({
    readings: z.number(),
    devices: z.number(),
    first: z.string().nullable(),
    last: z.string().nullable(),
    values: z.number(),
  }),
);
/** A clock that is a little off makes no zone. */
const AHEAD_MS = 5 * 60_000;
const METRICS = 3;

const WAYS = {
  local: 'from the folder',
  direct: 'directly, by DuckDB’s httpfs',
  cached: 'as a whole, into a cache',
};

/** Has the engine read an object as the service will, with folders of its own. */
export async function lookAtReading(config: Config, entry: ManifestEntry, now: Date): Promise<Looked<true>> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-check-'));
  const at = (name: string) => path.join(scratch, name);
  const { objectCache } = config;
  const directory = objectCache.directory === undefined ? undefined : at('objects');
  const { log, warnings } = warningsOf();
  try {
    const engines = await ReadingEngines.create({ ...config.engine, tempDirectory: at('spill') });
    try {
      const apart = { ...config, objectCache: { ...objectCache, directory, fallback: at('fallback') } };
      const { storage, readable } = await createStorage(apart, engines, log);
      try {
        await engines.lock(readable);
        const started = performance.now();
        const read = await new ObjectReader(engines.asking, storage).rows(
          { entries: [entry], scope: null },
          READ,
        );
        const seconds = (performance.now() - started) / 1000;
        const findings = [
          ...readFindings(
            rows.parse(read)[0],
            entry,
            `${seconds.toFixed(3)} s, ${WAYS[storage.source.mode]}`,
            now,
          ),
          ...warnings.map(({ reason }) => warn(`DuckDB cannot read the bucket itself: ${reason}`, HTTPFS)),
        ];
        return { findings, value: true };
      } finally {
        await storage.close();
      }
    } finally {
      await engines.close();
    }
  } catch (error) {
    if (error instanceof ConfigError)
      return { findings: error.problems.map((problem) => fail(problem, 'mend the setting')) };
    if (!(error instanceof TelemetryError)) throw error;
    return { findings: [fail(`${entry.object.key}: ${error.message}`, mendOf(error))] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const HTTPFS =
  'npm run setup:httpfs fetches the extension, HTTPFS_EXTENSION names one; without it whole objects are fetched, which works, and takes disk and time';

function mendOf({ code }: TelemetryError): string {
  if (code === 'OBJECT_UNREADABLE' || code === 'STATEMENT_FAILED')
    return 'write the object again: its data does not fit its footer';
  if (code === 'OUT_OF_MEMORY') return 'raise ENGINE_MEMORY_LIMIT, or write smaller row groups';
  return 'docs/OPERATIONS.md tells causes and cures of each code';
}

function readFindings(
  row: z.infer<typeof rows>[number] | undefined,
  { object }: ManifestEntry,
  took: string,
  now: Date,
): Finding[] {
  if (row === undefined || row.first === null || row.last === null) {
    return [
      warn(
        `${object.key} holds no reading with a device and a time`,
        'write both with each reading: rows without are left out',
      ),
    ];
  }
  const { readings, devices, first, last, values } = row;
  const missing = readings * METRICS - values;
  const found = `${object.key}: ${readings} readings of ${devices} devices, from ${first} to ${last}, in ${took}`;
  const written = Math.max(object.lastModified.getTime(), 0);
  const aheadMs = Date.parse(last) - Math.min(written, now.getTime());
  return [
    ok(missing === 0 ? found : `${found}; ${missing} of ${readings * METRICS} values are missing`),
    ...(aheadMs > AHEAD_MS
      ? [
          warn(
            `its last reading is ${(aheadMs / 3_600_000).toFixed(1)} h later than the object itself`,
            'write times in UTC: times without a zone are taken as such, and these look like local ones',
          ),
        ]
      : []),
  ];
}
