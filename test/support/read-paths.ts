/** An object that notes which of its members are read, and which of theirs: what nobody reads, nobody knows. */
export function watched(value: object): { readonly value: object; unread(): string[] } {
  const read = new Set<string>();
  return {
    value: watch(value, '', read),
    unread: () => pathsOf(value, '').filter((path) => !read.has(path)),
  };
}

function watch(value: object, path: string, read: Set<string>): object {
  return new Proxy(value, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return member;
      read.add(`${path}/${name}`);
      return typeof member === 'object' && member !== null ? watch(member, `${path}/${name}`, read) : member;
    },
  });
}

function pathsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    `${path}/${name}`,
    ...pathsOf(member, `${path}/${name}`),
  ]);
}
