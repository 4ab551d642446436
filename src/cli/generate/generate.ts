import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import pMap from 'p-map';
import { createFleet } from '../../sample/fleet.ts';
import { ReadingsWriter } from '../../sample/readings-writer.ts';
import { beforeEnding } from './before-ending.ts';
import { openBucket } from './bucket-sink.ts';
import { openFolder } from './folder-sink.ts';
import { beginIfEmpty } from './if-empty.ts';
import { planObjects } from './objects.ts';
import type { GenerateOptions } from './options.ts';
import type { Sink } from './sink.ts';

const DAY_MS = 86_400_000;
/** One object's readings are made by a pipeline that begins on one thread; more than a few at once only take memory. */
const OBJECTS_AT_ONCE = Math.min(availableParallelism(), 4);

export interface Generated {
  readonly location: string;
  readonly objects: number;
  readonly readings: number;
  readonly bytes: number;
}

/**
 * Writes the readings object by object. Within an object they lie by device and then by time: one device's readings
 * then take up one or two row groups instead of a part of each, while the objects already part the times.
 */
export async function generate(
  options: GenerateOptions,
  progress: (line: string) => void,
): Promise<Generated> {
  const { destination, devices, readings, days, end, seed } = options;
  const spanMs = days * DAY_MS;
  let opened: Sink | undefined;
  let writer: ReadingsWriter | undefined;
  // From before there is anything to tidy up.
  const callOff = beforeEnding(() => opened?.abandon());
  try {
    const sink = await (destination.kind === 'folder'
      ? openFolder(destination.directory)
      : openBucket(destination));
    opened = sink;
    if (options.ifEmpty === true && !(await beginIfEmpty(sink, options))) {
      return { location: sink.location, objects: 0, readings: 0, bytes: 0 };
    }
    const readingsWriter = await ReadingsWriter.create(
      {
        fleet: createFleet(devices, seed),
        seed,
        startMs: end.getTime() - spanMs,
        intervalMs: spanMs / Math.ceil(readings / devices),
        readingsOf: ({ ordinal }) => Math.floor(readings / devices) + (ordinal < readings % devices ? 1 : 0),
        outages: false,
        rounded: options.precision === 'sensor',
      },
      { memory_limit: '4GB', temp_directory: path.join(sink.scratch, 'spill') },
    );
    writer = readingsWriter;
    const objects = planObjects(options);
    let [done, written, bytes] = [0, 0, 0];
    await pMap(
      objects,
      async ({ key, ...slice }, index) => {
        const file = path.join(sink.scratch, `${index}.parquet`);
        const rows = await readingsWriter.write(slice, file);
        const { size } = await stat(file);
        await sink.put(file, key);
        [done, written, bytes] = [done + 1, written + rows, bytes + size];
        progress(
          `${done}/${objects.length}  ${key}  ${rows.toLocaleString('en')} readings, ${megabytes(size)}`,
        );
      },
      { concurrency: OBJECTS_AT_ONCE },
    );
    if (options.ifEmpty === true) await sink.finish();
    return { location: sink.location, objects: done, readings: written, bytes };
  } finally {
    writer?.close();
    await opened?.close();
    callOff();
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
