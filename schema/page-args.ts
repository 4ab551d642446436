import type { PageArgs } from './connection-types.ts';

/** The arguments that the Relay plugin gives a connection, as the ports take them. */
export function pageArgs({
  first,
  after,
  last,
  before,
}: Partial<{ [Name in keyof PageArgs]: PageArgs[Name] | undefined }>): PageArgs {
  return { first: first ?? null, after: after ?? null, last: last ?? null, before: before ?? null };
}
