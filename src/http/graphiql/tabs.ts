import { readdirSync, readFileSync } from 'node:fs';
import type { NamedQuery } from '../../../schema/query-types.ts';
import { graphqlExample } from '../query-example.ts';

/** Values that make an example answer at once on the sample data; its file says what it shows. */
const VARIABLES: Readonly<Record<string, (now: Date) => object>> = {
  '02-devices.graphql': () => ({ first: 5, orderBy: { field: 'AVG_SOC', direction: 'ASC' } }),
  '03-device.graphql': () => ({ deviceId: 'pack-001', timeZone: 'Europe/Berlin' }),
  '04-daily-summaries.graphql': () => ({ timeZone: 'UTC' }),
  '09-changed-since.graphql': () => ({ version: '0' }),
  '11-compare.graphql': (now) => ({
    first: { from: daysBefore(now, 14), to: daysBefore(now, 8) },
    second: { from: daysBefore(now, 7), to: daysBefore(now, 1) },
  }),
  '12-node.graphql': () => ({ id: btoa('Device:pack-001') }),
  '13-named-queries.graphql': () => ({ name: 'daily_summary', arguments: { device_ids: ['pack-001'] } }),
};
const DAY_MS = 86_400_000;

interface Tab {
  readonly query: string;
  readonly variables?: string;
  readonly headers?: string;
}

const OWN = ownFiles();

/**
 * The tabs with which GraphiQL opens: the `.graphql` files beside this one, and one for each named query.
 * @param now what examples about the last days go by
 * @param headers JSON, for whoever opens it to fill in
 */
export function graphiqlTabs(queries: readonly NamedQuery[], now: Date, headers?: string): Tab[] {
  const tabs: Tab[] = [
    ...OWN.map(({ file, query }) => {
      const variables = VARIABLES[file]?.(now);
      return variables === undefined ? { query } : { query, variables: JSON.stringify(variables, null, 2) };
    }),
    ...queries.flatMap((query) => {
      const example = graphqlExample(query);
      return example === undefined ? [] : [{ query: example }];
    }),
  ];
  return headers === undefined ? tabs : tabs.map((tab) => ({ ...tab, headers }));
}

/** Codegen checks them too. */
function ownFiles(): { readonly file: string; readonly query: string }[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({ file, query: readFileSync(`${import.meta.dirname}/${file}`, 'utf8') }));
}

/** A day of UTC, as `Date` has it. */
function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10);
}
