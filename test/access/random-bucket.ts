import path from 'node:path';
import fc from 'fast-check';
import { isInScope } from '../../src/access/device-scope.ts';
import type { DeviceScope } from '../../src/access/viewer.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';

/** Ids that are alike: prefixes of each other, in other cases, with the wildcards of LIKE, beyond ASCII. The last is in no scope. */
const MIXED = ['acme-1', 'acme-10', 'acme_2', 'acme%', 'ACME-1', 'acm', 'globex-1', 'é-7', 'foreign-1'];
/** Those whose objects name them in the key. */
const IN_KEY = ['hive-a', 'hive b'];
export const DEVICES = [...MIXED, ...IN_KEY];

const FIRST_MS = Date.UTC(2026, 2, 28, 17);

interface Row {
  readonly device: string;
  readonly time: string;
  readonly values: readonly string[];
}
export type Bucket = ReadonlyMap<string, readonly Row[]>;

const row = (devices: readonly string[]): fc.Arbitrary<Row> =>
  fc.record({
    device: fc.constantFrom(...devices),
    // On both sides of the cuts of slots and of days in several zones, with many equal ones.
    time: fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, 14, 15, 29, 30, 59))
      .map(([step, minute]) => new Date(FIRST_MS + step * 2 * 3_600_000 + minute * 60_000).toISOString()),
    // Quarters: their sums are the same in any order, also where DuckDB adds them as it likes.
    values: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: -80, max: 240 }).map((value) => String(value / 4)) },
        { weight: 1, arbitrary: fc.constantFrom('NULL', "'nan'") },
      ),
      { minLength: 3, maxLength: 3 },
    ),
  });
const rows = (devices: readonly string[], most: number) =>
  fc.array(row(devices), { minLength: 1, maxLength: most, size: 'max' });

/** Objects in which devices are mixed, and some of one device each. */
export const randomBucket: fc.Arbitrary<Bucket> = fc
  .tuple(rows(MIXED, 60), rows(MIXED, 60), rows(['acm'], 10), ...IN_KEY.map((id) => rows([id], 20)))
  .map(
    ([a = [], b = [], c = [], ...hive]) =>
      new Map([
        ['a.parquet', a],
        ['b/2026.parquet', b],
        ['c.parquet', c],
        ...IN_KEY.map(
          (id, index) => [`device_id=${encodeURIComponent(id)}/x.parquet`, hive[index] ?? []] as const,
        ),
      ]),
  );

export const randomScope: fc.Arbitrary<DeviceScope> = fc.record({
  ids: fc.subarray([...DEVICES.filter((id) => id !== 'foreign-1'), 'nobody'], { maxLength: 4 }),
  prefixes: fc.subarray(['acme', 'acme-', 'acme-1', 'hive', 'g', 'é', 'zzz', '%', '_'], { maxLength: 2 }),
});

/** @param scope whose rows to write; null: all. Every object is there, also when none of its rows is */
export async function writeBucket(
  directory: string,
  bucket: Bucket,
  scope: DeviceScope | null,
): Promise<void> {
  await writeDataset(directory, async (write) => {
    for (const [key, all] of bucket) {
      const own = all.filter(({ device }) => scope === null || isInScope(scope, device));
      const values = own.map(
        ({ device, time, values: [voltage, temperature, soc] }) =>
          `('${device}', TIMESTAMP '${time.slice(0, 23)}', ${voltage}::DOUBLE, ${temperature}::DOUBLE, ${soc}::DOUBLE)`,
      );
      const none = "('', TIMESTAMP '2026-01-01', 0::DOUBLE, 0::DOUBLE, 0::DOUBLE)";
      const columns = path.dirname(key).startsWith('device_id=') ? '* EXCLUDE (device_id)' : '*';
      await write(
        key,
        `SELECT ${columns} FROM (VALUES ${values.join(', ') || none}) readings(device_id, "timestamp", voltage, temperature, soc)
        ${values.length === 0 ? 'WHERE false' : ''}`,
      );
    }
  });
}
