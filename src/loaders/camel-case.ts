type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

export type CamelKeys<T> = { [Key in keyof T as CamelCase<Key & string>]: T[Key] };

/** `reading_count` → `readingCount`: from the names of SQL and REST to those of GraphQL. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `readingCount` → `reading_count`: the way back. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Renames the keys of rows. They are spelt once, here, and not once a row: that cost more than the query. */
export function camelKeys<T extends object>(keys: readonly string[]): (row: T) => CamelKeys<T> {
  const names = keys.map((key) => [key, camelCase(key)] as const);
  return (row) => {
    const renamed: Record<string, unknown> = {};
    for (const [key, name] of names) renamed[name] = row[key as keyof T];
    return renamed as CamelKeys<T>;
  };
}

const snakeNames = new Map<string, string>();

/** Renames the keys of a row of the schema's own fields: those are few, so each is spelt once and kept. */
export function snakeKeys(row: object): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) {
    let name = snakeNames.get(key);
    if (name === undefined) {
      name = snakeCase(key);
      snakeNames.set(key, name);
    }
    renamed[name] = value;
  }
  return renamed;
}
