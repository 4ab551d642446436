import type { TimeSlice } from '../../sample/readings-writer.ts';
import type { GenerateOptions } from './options.ts';

export interface PlannedObject extends TimeSlice {
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** Cuts the days into as many slices of equal time as there shall be objects, the oldest first. */
export function planObjects({
  days,
  end,
  objects,
  layout,
}: Pick<GenerateOptions, 'days' | 'end' | 'objects' | 'layout'>): PlannedObject[] {
  const spanMs = days * DAY_MS;
  const startMs = end.getTime() - spanMs;
  const boundary = (object: number) => startMs + Math.floor((object * spanMs) / objects);
  return Array.from({ length: objects }, (_, object) => {
    const fromMs = boundary(object);
    const key =
      layout === 'hive'
        ? `date=${new Date(fromMs).toISOString().slice(0, 10)}/part-${object % (objects / days)}.parquet`
        : `${objects === days ? 'day' : 'part'}_${String(object + 1).padStart(3, '0')}.parquet`;
    return { key, fromMs, toMs: boundary(object + 1) };
  });
}
