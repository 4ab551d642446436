import { z } from 'zod';
import type { Flags } from '../command.ts';
import { parseFlags, whole } from '../values.ts';

export interface RegisterOptions {
  /** A table that is there is dropped, and made anew. */
  readonly replace: boolean;
  /** The most objects whose footers are read. */
  readonly footers: number;
}

const options = z.object({ replace: z.boolean().default(false), footers: whole(1, 999_999_999) });

/** @throws UsageError for options that make no sense */
export function parseOptions(flags: Flags): RegisterOptions {
  return parseFlags(options, flags);
}
