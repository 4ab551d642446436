import type { DocumentNode } from 'graphql';
import { DocumentTooLargeError } from '../../errors.ts';

/** What a document may have at most. */
export interface DocumentLimit {
  /** Its name under `limits`. */
  readonly limit: string;
  /** What is counted. */
  readonly unit: string;
  count(document: DocumentNode): number;
}

/** @throws DocumentTooLargeError */
export function checkExcess(limit: string, unit: string, asked: number, allowed: number): void {
  if (asked <= allowed) return;
  throw new DocumentTooLargeError(
    `expected a document of at most ${allowed} ${unit} (limit ${limit}), but got: ${asked}`,
    // Fragments multiply beyond what JSON can tell exactly.
    { limit, asked: Math.min(asked, Number.MAX_SAFE_INTEGER), allowed },
  );
}
