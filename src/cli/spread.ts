/** At most so many of all, evenly spread over them. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, place) => all[Math.floor((place * all.length) / most)]).filter(
    (one) => one !== undefined,
  );
}
