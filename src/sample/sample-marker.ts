import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';

/** Raised whenever other files or values come out for the same options, so that older samples are made anew. */
const SAMPLE_VERSION = 1;

/** The dot keeps it out of the listing of objects. */
const MARKER = '.complete.json';

const marker = z.object({
  version: z.literal(SAMPLE_VERSION),
  seed: z.int(),
  devices: z.int(),
  days: z.int(),
  end: z.iso.datetime(),
});

/** What a complete sample was made from. `end` is RFC 3339 in UTC. */
export type SampleMarker = z.infer<typeof marker>;

/** The marker of a folder that holds a complete sample of this version; undefined for any other folder, or none. */
export async function readMarker(directory: string): Promise<SampleMarker | undefined> {
  try {
    return marker.safeParse(JSON.parse(await readFile(path.join(directory, MARKER), 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || isNotFound(error)) return undefined;
    throw error;
  }
}

export async function writeMarker(directory: string, facts: Omit<SampleMarker, 'version'>): Promise<void> {
  const text = JSON.stringify({ version: SAMPLE_VERSION, ...facts }, null, 2);
  await writeFile(path.join(directory, MARKER), `${text}\n`);
}

/**
 * Holds a sample back from replacing what is not a sample.
 * @throws ConfigError when the folder holds files, but no marker of any version.
 */
export async function assertReplaceable(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown): string[] => {
    if (isNotFound(error)) return [];
    throw error;
  });
  if (names.length > 0 && !names.includes(MARKER)) {
    throw new ConfigError([
      `the sample's folder ${directory}: expected no folder, an empty one or an earlier sample, but got other files`,
    ]);
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
