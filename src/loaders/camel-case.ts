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

export function camelKeys<T extends object>(row: T): CamelKeys<T> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [camelCase(key), value]),
  ) as CamelKeys<T>;
}
