import { readdirSync, readFileSync } from 'node:fs';
import type { NamedQuery } from '../../../schema/query-types.ts';
import { graphqlExample } from '../query-example.ts';

/** Values that make an example answer at once on the sample data; its file says what it shows. */
const VARIABLES: Readonly<Record<string, object>> = {
  '02-devices.graphql': { first: 5, orderBy: { field: 'AVG_SOC', direction: 'ASC' } },
  '03-device.graphql': { deviceId: 'pack-001', timeZone: 'Europe/Berlin' },
  '04-daily-summaries.graphql': { timeZone: 'UTC' },
  '09-changed-since.graphql': { version: '0' },
};

interface Tab {
  readonly query: string;
  readonly variables?: string;
  readonly headers?: string;
}

const OWN = ownTabs();

/**
 * The tabs with which GraphiQL opens: the `.graphql` files beside this one, and one for each named query.
 * @param headers JSON, for whoever opens it to fill in
 */
export function graphiqlTabs(queries: readonly NamedQuery[], headers?: string): Tab[] {
  const tabs: Tab[] = [
    ...OWN,
    ...queries.flatMap((query) => {
      const example = graphqlExample(query);
      return example === undefined ? [] : [{ query: example }];
    }),
  ];
  return headers === undefined ? tabs : tabs.map((tab) => ({ ...tab, headers }));
}

/** Codegen checks them too. */
function ownTabs(): Tab[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({
      query: readFileSync(`${import.meta.dirname}/${file}`, 'utf8'),
      ...(VARIABLES[file] === undefined ? {} : { variables: JSON.stringify(VARIABLES[file], null, 2) }),
    }));
}
