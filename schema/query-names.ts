/** `avg_soc` → `avgSoc`: names of SQL in the spelling of GraphQL. What is spelt so already stays as it is. */
export function graphqlName(name: string): string {
  return name.replaceAll(/(?<=[A-Za-z0-9])_+([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `hourly_avg` → `HourlyAvg`, for names of types. */
export function typeName(name: string): string {
  const camel = graphqlName(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** Names that begin with two underscores belong to introspection. */
export function isGraphQLName(name: string): boolean {
  return /^(?!__)[A-Za-z_]\w*$/.test(name);
}

export const rowTypeName = (query: string): string => `${typeName(query)}Row`;

export const resultTypeName = (query: string): string => `${typeName(query)}Result`;
