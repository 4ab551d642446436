import { readdirSync, readFileSync } from 'node:fs';

/** Values that make an example answer at once on the sample data; its file says what it shows. */
const VARIABLES: Readonly<Record<string, object>> = {
  '02-devices.graphql': { first: 5, orderBy: { field: 'AVG_SOC', direction: 'ASC' } },
  '03-device.graphql': { deviceId: 'pack-001', timeZone: 'Europe/Berlin' },
  '04-daily-summaries.graphql': { timeZone: 'UTC' },
};

/** The tabs with which GraphiQL opens: the `.graphql` files beside this one, which codegen checks too. */
export function graphiqlTabs(): { query: string; variables?: string }[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({
      query: readFileSync(`${import.meta.dirname}/${file}`, 'utf8'),
      ...(VARIABLES[file] === undefined ? {} : { variables: JSON.stringify(VARIABLES[file], null, 2) }),
    }));
}
