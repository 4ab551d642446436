/** Comments, text, quoted names and dollar-quoted text: where a `$name` is no parameter. */
const OPAQUE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1/g;

/** The names of the `$name` parameters that a statement binds, in order of their first use. */
export function sqlParameters(sql: string): string[] {
  const bare = sql.replaceAll(OPAQUE, ' ');
  return [...new Set([...bare.matchAll(/(?<![\w$])\$([A-Za-z_]\w*)/g)].map(([, name]) => name ?? ''))];
}
